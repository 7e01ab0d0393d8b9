using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header or trailer, unchangeable.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

        private readonly byte[]? _bytes;
        private readonly string? _text;

        /// <summary>A binary entry.</summary>
        /// <param name="key">Letters, digits, <c>- _ .</c>; kept in lower case; ends in <see
        /// cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="valueBytes">Copied.</param>
        /// <exception cref="ArgumentException">The key has another character or another ending.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Checked(key, isBinary: true);
            _bytes = valueBytes.AsSpan().ToArray();
        }

        /// <summary>A text entry.</summary>
        /// <param name="key">Letters, digits, <c>- _ .</c>; kept in lower case; does not end in <see
        /// cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="value">Printable ASCII; a transport refuses other text.</param>
        /// <exception cref="ArgumentException">The key has another character or the binary ending.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Checked(key, isBinary: false);
            _text = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>The bytes, a copy; of a text entry its ASCII bytes.</summary>
        public byte[] ValueBytes => _bytes?.AsSpan().ToArray() ?? Encoding.ASCII.GetBytes(_text!);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value =>
            _text ?? throw new InvalidOperationException($"Metadata {Key} is binary: read ValueBytes.");

        /// <summary>Whether the entry carries bytes.</summary>
        public bool IsBinary => _bytes is not null;

        /// <summary>Key and value, for people.</summary>
        public override string ToString() => IsBinary
            ? $"[Entry: key={Key}, valueBytes={Convert.ToHexString(_bytes!)}]"
            : $"[Entry: key={Key}, value={_text}]";

        internal bool HasKey(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether a name can be a key; HTTP knows more names than gRPC.</summary>
        internal static bool IsKey(string name) =>
            name.Length > 0 && !name.ToLowerInvariant().AsSpan().ContainsAnyExcept(KeyCharacters);

        private static string Checked(string key, bool isBinary)
        {
            ArgumentNullException.ThrowIfNull(key);
            string lower = key.ToLowerInvariant();
            if (!IsKey(lower))
            {
                throw new ArgumentException(
                    $"Metadata key '{key}' is not made of letters, digits and - _ . only.",
                    nameof(key));
            }

            if (lower.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal) != isBinary)
            {
                throw new ArgumentException(
                    $"Metadata key '{key}' must {(isBinary ? "" : "not ")}end in {BinaryHeaderSuffix}: " +
                    $"its value is {(isBinary ? "bytes" : "text")}.",
                    nameof(key));
            }

            return lower;
        }
    }
}
