using System.Security.Cryptography;

namespace AsrService.Cli.Hub;

/// <summary>A file of a model, as its hub lists it.</summary>
/// <param name="Path">Below the model, with slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Checksum">Lower-case hexadecimal: SHA-256 of a large file, else the SHA-1 that git gives a blob.</param>
/// <param name="IsLarge">Whether it is kept outside of git (LFS), and so which of the two it is.</param>
internal sealed record HubFile(string Path, long Size, string Checksum, bool IsLarge)
{
    /// <summary>Whether a file on this machine is it, bit for bit.</summary>
    public async Task<bool> IsSameAsync(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        if (file.Length != Size) return false;
        using var hash = IncrementalHash.CreateHash(IsLarge ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!IsLarge) hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"blob {Size}\0"));
        byte[] buffer = new byte[256 * 1024];
        for (int count; (count = await file.ReadAsync(buffer, cancellation)) > 0;) hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Checksum;
    }
}
