using Google.Rpc;

namespace AsrService.Hosting;

/// <summary>Bad values of a message, gathered so that the caller learns all of them at once.</summary>
internal sealed class Violations
{
    private readonly BadRequest _found = new();

    public bool Any => _found.FieldViolations.Count > 0;

    /// <summary>A field to check, by its path from the message.</summary>
    public Field At(string path) => new(this, path);

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with every violation.</exception>
    public void ThrowIfAny()
    {
        if (Any) throw Refusals.BadValue(_found);
    }

    /// <summary>A place in the message.</summary>
    internal readonly struct Field(Violations violations, string path)
    {
        /// <summary>A field of this message.</summary>
        public Field this[string name] => new(violations, path.Length == 0 ? name : $"{path}.{name}");

        /// <summary>An element of this list.</summary>
        public Field this[int index] => new(violations, FormattableString.Invariant($"{path}[{index}]"));

        /// <summary>Notes that the value is bad.</summary>
        /// <param name="description">The value and what it may be.</param>
        public void Refuse(FormattableString description) => violations._found.FieldViolations.Add(
            new BadRequest.Types.FieldViolation { Field = path, Description = FormattableString.Invariant(description) });
    }
}
