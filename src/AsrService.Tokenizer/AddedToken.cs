namespace AsrService.Tokenizer;

/// <summary>A token outside the byte-pair vocabulary, found in raw text as it is and never split.</summary>
/// <param name="Id">Its id, from the tokenizer's files.</param>
/// <param name="Content">The text it stands for; not empty.</param>
/// <param name="Special">Whether decoding may leave it out; <c>&lt;asr_text&gt;</c>, for one, is not special.</param>
public sealed record AddedToken(int Id, string Content, bool Special);
