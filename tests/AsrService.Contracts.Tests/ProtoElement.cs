using Google.Protobuf.Reflection;

namespace AsrService.Contracts.Tests;

/// <summary>One declaration of a .proto file with the comment before it.</summary>
/// <param name="Kind">message, field, oneof, enum, value, service or rpc.</param>
/// <param name="Name">The full name.</param>
/// <param name="Comment">The leading comment; empty where there is none.</param>
internal sealed record ProtoElement(string Kind, string Name, string Comment)
{
    // Field numbers in descriptor.proto, of which the paths in source info are made.
    private const int MessagesOfFile = 4;
    private const int EnumsOfFile = 5;
    private const int ServicesOfFile = 6;
    private const int FieldsOfMessage = 2;
    private const int MessagesOfMessage = 3;
    private const int EnumsOfMessage = 4;
    private const int OneofsOfMessage = 8;
    private const int ValuesOfEnum = 2;
    private const int MethodsOfService = 2;

    /// <summary>Every declaration of a file.</summary>
    public static IEnumerable<ProtoElement> Of(FileDescriptorProto file)
    {
        var comments = file.SourceCodeInfo.Location
            .ToLookup(location => string.Join('.', location.Path), location => location.LeadingComments.Trim());
        return Messages(file.MessageType, file.Package, $"{MessagesOfFile}")
            .Concat(Enums(file.EnumType, file.Package, $"{EnumsOfFile}"))
            .Concat(Services(file))
            .Select(found => new ProtoElement(found.Kind, found.Name, comments[found.Path].FirstOrDefault() ?? ""));
    }

    private static IEnumerable<(string Kind, string Name, string Path)> Messages(
        IEnumerable<DescriptorProto> messages, string scope, string path)
    {
        foreach (var (i, message) in messages.Index())
        {
            if (message.Options?.MapEntry == true) continue; // written by protoc, not by us

            string name = $"{scope}.{message.Name}", at = $"{path}.{i}";
            yield return ("message", name, at);
            foreach (var (f, field) in message.Field.Index())
            {
                yield return ("field", $"{name}.{field.Name}", $"{at}.{FieldsOfMessage}.{f}");
            }

            foreach (var (o, oneof) in message.OneofDecl.Index().Where(o => !message.IsSynthetic(o.Index)))
            {
                yield return ("oneof", $"{name}.{oneof.Name}", $"{at}.{OneofsOfMessage}.{o}");
            }

            foreach (var inner in Messages(message.NestedType, name, $"{at}.{MessagesOfMessage}"))
            {
                yield return inner;
            }

            foreach (var inner in Enums(message.EnumType, name, $"{at}.{EnumsOfMessage}"))
            {
                yield return inner;
            }
        }
    }

    private static IEnumerable<(string Kind, string Name, string Path)> Enums(
        IEnumerable<EnumDescriptorProto> enums, string scope, string path)
    {
        foreach (var (i, type) in enums.Index())
        {
            string name = $"{scope}.{type.Name}";
            yield return ("enum", name, $"{path}.{i}");
            foreach (var (v, value) in type.Value.Index())
            {
                yield return ("value", $"{name}.{value.Name}", $"{path}.{i}.{ValuesOfEnum}.{v}");
            }
        }
    }

    private static IEnumerable<(string Kind, string Name, string Path)> Services(FileDescriptorProto file)
    {
        foreach (var (i, service) in file.Service.Index())
        {
            string name = $"{file.Package}.{service.Name}", at = $"{ServicesOfFile}.{i}";
            yield return ("service", name, at);
            foreach (var (m, method) in service.Method.Index())
            {
                yield return ("rpc", $"{name}.{method.Name}", $"{at}.{MethodsOfService}.{m}");
            }
        }
    }
}

internal static class DescriptorProtoExtensions
{
    /// <summary>Whether a oneof only stands for the word <c>optional</c> before a field.</summary>
    public static bool IsSynthetic(this DescriptorProto message, int oneof) =>
        message.Field.Any(field => field.Proto3Optional && field.HasOneofIndex && field.OneofIndex == oneof);
}
