using Google.Protobuf.Reflection;

namespace AsrService.Contracts.Tests;

/// <summary>
/// What clients depend on: every declaration by kind and full name, with what must never change about it.
/// </summary>
/// <remarks>
/// Written one to a line, <c>field asr.v1.Word.text: 1 string</c>, so that a diff of the baseline reads well.
/// </remarks>
internal static class ContractSurface
{
    /// <summary>Declaration → shape, in ordinal order of declarations.</summary>
    public static SortedDictionary<string, string> Of(FileDescriptorSet set)
    {
        var surface = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in set.File)
        {
            foreach (var message in file.MessageType) AddMessage(surface, message, file.Package, file.Name);
            foreach (var type in file.EnumType) AddEnum(surface, type, file.Package, file.Name);
            foreach (var service in file.Service) AddService(surface, service, file);
        }

        return surface;
    }

    /// <summary>The lines of a baseline.</summary>
    public static IEnumerable<string> Write(IEnumerable<KeyValuePair<string, string>> surface) =>
        surface.Select(element => $"{element.Key}: {element.Value}");

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SortedDictionary<string, string> Read(IEnumerable<string> lines)
    {
        var surface = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            surface.Add(line[..colon], line[(colon + 2)..]);
        }

        return surface;
    }

    private static void AddMessage(
        SortedDictionary<string, string> to, DescriptorProto message, string scope, string place)
    {
        string name = $"{scope}.{message.Name}";
        to.Add($"message {name}", $"in {place}");
        foreach (var field in message.Field) to.Add($"field {name}.{field.Name}", Shape(message, field));
        foreach (var inner in message.NestedType) AddMessage(to, inner, name, place);
        foreach (var inner in message.EnumType) AddEnum(to, inner, name, place);
    }

    private static void AddEnum(
        SortedDictionary<string, string> to, EnumDescriptorProto type, string scope, string place)
    {
        string name = $"{scope}.{type.Name}";
        to.Add($"enum {name}", $"in {place}");
        foreach (var value in type.Value) to.Add($"value {name}.{value.Name}", $"{value.Number}");
    }

    private static void AddService(
        SortedDictionary<string, string> to, ServiceDescriptorProto service, FileDescriptorProto file)
    {
        string name = $"{file.Package}.{service.Name}";
        to.Add($"service {name}", $"in {file.Name}");
        foreach (var method in service.Method)
        {
            to.Add(
                $"rpc {name}.{method.Name}",
                $"({Streamed(method.ClientStreaming)}{method.InputType[1..]}) returns " +
                $"({Streamed(method.ServerStreaming)}{method.OutputType[1..]})");
        }
    }

    private static string Shape(DescriptorProto message, FieldDescriptorProto field)
    {
        bool repeated = field.Label == FieldDescriptorProto.Types.Label.Repeated;
        string label = repeated ? "repeated " : field.Proto3Optional ? "optional " : "";
        string type = field.TypeName.Length > 0 ? field.TypeName[1..] : field.Type.ToString().ToLowerInvariant();
        string oneof = field.HasOneofIndex && !message.IsSynthetic(field.OneofIndex)
            ? $" in oneof {message.OneofDecl[field.OneofIndex].Name}"
            : "";
        return $"{field.Number} {label}{type}{oneof}";
    }

    private static string Streamed(bool streams) => streams ? "stream " : "";
}
