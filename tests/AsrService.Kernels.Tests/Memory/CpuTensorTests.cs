using AsrService.Kernels.Memory;
using Xunit;

namespace AsrService.Kernels.Tests.Memory;

[Trait("Category", "Unit")]
public sealed class CpuTensorTests
{
    [Fact]
    public void Reshape_SameNumberOfValues_KeepsThem()
    {
        using var tensor = new CpuTensor(2, 6);
        for (int i = 0; i < 12; i++) tensor.Values[i] = i;

        tensor.Reshape(3, 4);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)i), tensor.Values.ToArray());
        Assert.Equal(8, tensor.Row(2)[0]);
    }

    [Fact]
    public void Reshape_MoreMemoryThanThereIs_LeavesAnEmptyTensor()
    {
        using var tensor = new CpuTensor(2, 6);

        Assert.Throws<OutOfMemoryException>(() => tensor.Reshape(int.MaxValue, 1 << 28));

        Assert.Equal(0, tensor.Rows);
        tensor.Reshape(2, 6);
        tensor.Values.Fill(1); // it has memory again
        Assert.Equal(12, tensor.Values.ToArray().Sum());
    }

    [Fact]
    public void Reshape_NegativeExtents_Throws()
    {
        using var tensor = new CpuTensor(2, 6);

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Reshape(-1, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Reshape(2, -6));
        Assert.Equal(2, tensor.Rows);
    }

    [Fact]
    public void Data_AfterDispose_Throws()
    {
        var tensor = new CpuTensor(2, 6);

        tensor.Dispose();
        tensor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tensor.Values[0]);
    }
}
