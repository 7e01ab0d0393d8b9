using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>Finds the proto file of a name, among given files and all that they import.</summary>
internal sealed class SymbolRegistry
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);

    public SymbolRegistry(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files)
        {
            Add(file);
        }
    }

    /// <summary>The file of a name, as it is imported; null if it is not there.</summary>
    public FileDescriptor? FileByName(string filename) => _files.GetValueOrDefault(filename);

    /// <summary>The file that declares a full name; null if none does.</summary>
    public FileDescriptor? FileContainingSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    /// <summary>A file and its imports, the file first, serialized.</summary>
    public static IEnumerable<ByteString> WithImports(FileDescriptor file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { file.Name };
        var waiting = new Queue<FileDescriptor>([file]);
        while (waiting.TryDequeue(out var next))
        {
            yield return next.SerializedData;
            foreach (var import in next.Dependencies.Where(import => seen.Add(import.Name)))
            {
                waiting.Enqueue(import);
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file)) return;
        foreach (var import in file.Dependencies)
        {
            Add(import);
        }

        foreach (var symbol in Symbols(file))
        {
            _symbols[symbol.FullName] = file;
        }
    }

    private static IEnumerable<IDescriptor> Symbols(FileDescriptor file) =>
    [
        .. file.Services,
        .. file.Services.SelectMany(service => service.Methods),
        .. file.EnumTypes.SelectMany(Symbols),
        .. file.MessageTypes.SelectMany(Symbols),
    ];

    private static IEnumerable<IDescriptor> Symbols(MessageDescriptor message) =>
    [
        message,
        .. message.Fields.InDeclarationOrder(),
        .. message.EnumTypes.SelectMany(Symbols),
        .. message.NestedTypes.SelectMany(Symbols),
    ];

    private static IEnumerable<IDescriptor> Symbols(EnumDescriptor enumeration) => [enumeration, .. enumeration.Values];
}
