using System.Text;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Tests.Hypotheses;

/// <summary>Texts of mixed scripts, as no speaker would say them.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "We", "used", "Redis", "because", "it", "is", "fast", "and", "then", "so", "MySQL", "don't", "U.S.", "e.g.", "e\u0301te\u0301", "Ünal",
        "我", "们", "用", "因为", "所以", "但是", "缓", "存", "订", "单", "が\u3099", "カタカナ", "ー", "ﾊﾟ", "𠀀", "한국어", "그리고",
        "ประเทศ", "ก็", "กำ", "हिन्दी", "مرحبا", "шёл", "😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "3.14", "1,000", "10:30", "５", "100%", "$5", "\uFFFD",
        ".", ",", "。", "，", "、", "？", "!", "…", ":", "：", "“", "”", "\"", "（", "）", "(", ")", "'", "-", "—", "～", "·", "\u200B", "\u0301",
        " ", " ", " ", " ", " ", " ", " ", " ", "  ", "\u3000", "\n",
    ];

    public static string Piece(Random random) => Pieces[random.Next(Pieces.Length)];

    public static string Make(Random random, int pieces)
    {
        var text = new StringBuilder();
        for (int i = 0; i < pieces; i++) text.Append(Piece(random));
        return text.ToString();
    }

    /// <summary>The text without its last bytes of UTF-8, as a decoding that stops within a character leaves it.</summary>
    public static string WithoutLastBytes(string text, int bytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Encoding.UTF8.GetString(utf8.AsSpan(0, Math.Max(0, utf8.Length - bytes)));
    }

    public static string Strip(string text) => PythonText.Strip(text).ToString();
}
