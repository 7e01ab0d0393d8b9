namespace AsrService.Models.Tests;

/// <summary>Small random damage to a file: changed, removed, doubled bytes, and JSON tokens in wrong places.</summary>
internal static class Mutations
{
    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", ",", ":", "-", "0", "9e99", "null", "true", "NaN", "1.5", "18446744073709551616", "\\ud800", "\"\"", " "];

    public static IEnumerable<byte[]> Of(byte[] original, int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var mutant = original.ToList();
            for (int edits = random.Next(1, 4); edits > 0 && mutant.Count > 0; edits--) Edit(mutant, random);
            yield return [.. mutant];
        }
    }

    private static void Edit(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        int run = Math.Min(random.Next(1, 12), bytes.Count - at);
        switch (random.Next(5))
        {
            case 0: bytes[at] = (byte)random.Next(256); break;
            case 1: bytes.RemoveRange(at, run); break;
            case 2: bytes.InsertRange(at, bytes.GetRange(at, run)); break;
            case 3: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            default: bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
        }
    }
}
