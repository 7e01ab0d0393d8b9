using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Xunit;

namespace AsrService.Kernels.Tests.Simd;

/// <summary>Narrower hardware gives the same bits: this very executable runs again with vector instructions switched off.</summary>
[Trait("Category", "Conformance")]
public sealed class VectorWidthTests
{
    private const string FileVariable = "ASR_TEST_DIGEST_FILE";

    [Fact]
    public void Digest_Repeated_IsTheSame()
    {
        string digest = Digest();

        Assert.Equal(digest, Digest());
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file) File.WriteAllText(file, digest);
    }

    [Theory, InlineData("DOTNET_EnableAVX512"), InlineData("DOTNET_EnableAVX2"), InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Digest_InstructionsSwitchedOff_IsTheSame(string instructions)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "AsrService.Kernels.Tests"))
            {
                ArgumentList = { "-method", $"{typeof(VectorWidthTests).FullName}.{nameof(Digest_Repeated_IsTheSame)}" },
                RedirectStandardOutput = true,
                Environment = { [instructions] = "0", [FileVariable] = file },
            };
            using var child = Process.Start(start)!;
            string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(child.ExitCode == 0, output);
            Assert.Equal(Digest(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A line for every operation: its name and the hash of the bits of some results, by the widest vectors there are.</summary>
    private static string Digest()
    {
        using var ops = CpuOps.Create(2);
        var lines = new List<string>();
        foreach (string name in Operations.Names)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int seed = 1; seed <= 4; seed++)
            {
                var result = Operations.Run(ops, name, seed, seed % 2 == 0 ? DType.F32 : DType.BF16);
                hash.AppendData(MemoryMarshal.AsBytes(result.Values.AsSpan()));
            }
            lines.Add($"{name} {Convert.ToHexString(hash.GetHashAndReset())}");
        }
        return string.Join('\n', lines);
    }
}
