using System.Globalization;

namespace AsrService.Tokenizer;

/// <summary>
/// The parts of the Unicode Character Database that canonical composition needs, read once from the embedded
/// <c>nfc-data.txt</c> (written by <c>generate.py</c>, which also says which Unicode version).
/// </summary>
internal sealed class NfcData
{
    private const int PageSize = 256;
    private const byte MayChange = 1;

    private readonly byte[]?[] _classes = new byte[0x110000 / PageSize][];
    private readonly byte[]?[] _flags = new byte[0x110000 / PageSize][];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<ulong, int> _compositions = [];

    private NfcData()
    {
    }

    /// <summary>The table, loaded at first use.</summary>
    public static NfcData Instance { get; } = Load();

    /// <summary>Canonical combining class; 0 for starters.</summary>
    public int CombiningClass(int c) => _classes[c / PageSize] is { } page ? page[c % PageSize] : 0;

    /// <summary>
    /// True where the quick check answers "no" or "maybe": the character may decompose or join its neighbour.
    /// </summary>
    public bool IsUncertain(int c) => _flags[c / PageSize] is { } page && page[c % PageSize] != 0;

    /// <summary>One step of canonical decomposition; <c>Second</c> is -1 for a singleton.</summary>
    public bool TryDecompose(int c, out (int First, int Second) parts) => _decompositions.TryGetValue(c, out parts);

    /// <summary>The primary composite of two characters, Hangul excepted.</summary>
    public bool TryCompose(int first, int second, out int composite) =>
        _compositions.TryGetValue(Pair(first, second), out composite);

    private static ulong Pair(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private static NfcData Load()
    {
        using var stream = typeof(NfcData).Assembly.GetManifestResourceStream("nfc-data.txt")
            ?? throw new InvalidOperationException("The resource nfc-data.txt is not embedded.");
        using var reader = new StreamReader(stream);
        var data = new NfcData();
        bool inClasses = true;
        reader.ReadLine(); // the Unicode version
        while (reader.ReadLine() is { } line)
        {
            if (line[0] == '[') inClasses = line == "[combining classes]";
            else if (inClasses) data.AddClass(line);
            else data.AddDecomposition(line);
        }

        for (int jamo = Hangul.VowelBase; jamo < Hangul.VowelBase + Hangul.VowelCount; jamo++) data.SetUncertain(jamo);
        for (int jamo = Hangul.TailBase + 1; jamo < Hangul.TailBase + Hangul.TailCount; jamo++) data.SetUncertain(jamo);
        return data;
    }

    private void AddClass(ReadOnlySpan<char> line) // 0300-0314 230
    {
        int dash = line.IndexOf('-');
        int space = line.IndexOf(' ');
        byte value = byte.Parse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
        int last = Hex(line[(dash + 1)..space]);
        for (int c = Hex(line[..dash]); c <= last; c++) Page(_classes, c)[c % PageSize] = value;
    }

    private void AddDecomposition(ReadOnlySpan<char> line) // 00C0=0041 0300, or 212B>00C5
    {
        int sign = line.IndexOfAny('=', '>');
        int space = line.IndexOf(' ');
        int c = Hex(line[..sign]);
        int first = Hex(line[(sign + 1)..(space < 0 ? line.Length : space)]);
        int second = space < 0 ? -1 : Hex(line[(space + 1)..]);
        _decompositions[c] = (first, second);
        if (line[sign] == '>')
        {
            SetUncertain(c);
        }
        else
        {
            _compositions[Pair(first, second)] = c;
            SetUncertain(second);
        }
    }

    private void SetUncertain(int c) => Page(_flags, c)[c % PageSize] = MayChange;

    private static byte[] Page(byte[]?[] pages, int c) => pages[c / PageSize] ??= new byte[PageSize];

    private static int Hex(ReadOnlySpan<char> digits) =>
        int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
