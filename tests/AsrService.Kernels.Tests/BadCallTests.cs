using Xunit;

namespace AsrService.Kernels.Tests;

/// <summary>What would read or write outside its memory is refused at entry, with memory untouched.</summary>
[Trait("Category", "Unit")]
public sealed class BadCallTests : IDisposable
{
    private readonly IOps _ops = CpuOps.Create(2);
    private readonly Tensor _x, _y;
    private readonly Weight _matrix, _vector, _longVector;

    public BadCallTests()
    {
        var random = new Random(1);
        _x = _ops.Tensor(random.Values(3 * 8), 8);
        _y = _ops.NewTensor(3, 8);
        _matrix = _ops.Matrix(random.Values(8 * 8), 8, DType.BF16);
        _vector = _ops.Vector(random.Values(8));
        _longVector = _ops.Vector(random.Values(9));
    }

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _matrix.Dispose();
        _vector.Dispose();
        _longVector.Dispose();
        _ops.Dispose();
    }

    [Fact]
    public void MatMul_ShapesDoNotFit_Throws()
    {
        using var wide = _ops.NewTensor(3, 9);
        using var two = _ops.NewTensor(2, 8);
        using var none = _ops.NewTensor(0, 8);

        Assert.Throws<ShapeException>(() => _ops.MatMul(wide, _matrix, _y));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, wide));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, _y, _longVector));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, _y, residual: wide));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, _y, residual: two));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, _y, residual: none));
    }

    [Fact]
    public void MatMul_OutputIsAnOperandThatIsStillRead_Throws()
    {
        using var one = _ops.NewTensor(1, 8);

        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, _x));
        Assert.Throws<ShapeException>(() => _ops.MatMul(_x, _matrix, one, residual: one)); // would be resized while read
    }

    [Fact]
    public void Rows_OutsideTheTensor_Throw()
    {
        Assert.Throws<ShapeException>(() => _ops.GatherRows(_x, [3], _y));
        Assert.Throws<ShapeException>(() => _ops.GatherRows(_x, [-1], _y));
        Assert.Throws<ShapeException>(() => _ops.InsertRows(_x, 2, [0, 1], _y));
        Assert.Throws<ShapeException>(() => _ops.InsertRows(_x, -1, [0], _y));
        Assert.Throws<ShapeException>(() => _ops.InsertRows(_x, 0, [3], _y));
        Assert.Throws<ShapeException>(() => _ops.Embed([8], _matrix, _y));
        Assert.Throws<ShapeException>(() => _ops.Embed([-1], _matrix, _y));
    }

    [Fact]
    public void Norms_ShapesDoNotFit_Throw()
    {
        using var wide = _ops.NewTensor(3, 9);

        Assert.Throws<ShapeException>(() => _ops.RmsNorm(_x, _longVector, 1e-6f, _y));
        Assert.Throws<ShapeException>(() => _ops.RmsNorm(_x, _vector, 1e-6f, wide));
        Assert.Throws<ShapeException>(() => _ops.LayerNorm(_x, _vector, _longVector, 1e-6f, _y));
        Assert.Throws<ShapeException>(() => _ops.SiluMul(_x, _y));
    }

    [Fact]
    public void QkNormRope_NegativePosition_Throws()
    {
        using var gain = _ops.Vector(new float[2]);

        Assert.Throws<ShapeException>(
            () => _ops.QkNormRope(_x, new HeadShape(2, 1, 2), gain, gain, 1e-6f, 1e6f, [0, -1, 2]));
    }

    [Theory]
    [InlineData(1, 2, 1, 0)] // a layer that is not there
    [InlineData(-1, 2, 1, 0)]
    [InlineData(0, 2, 2, 0)] // more key heads than the cache has
    [InlineData(0, 3, 1, 0)] // other columns
    [InlineData(0, 2, 1, 1)] // positions that go back
    [InlineData(0, 2, 1, 2)] // a position that the cache has no room for
    [InlineData(0, 2, 1, 3)] // a negative one
    public void AttendCached_OutsideTheCache_Throws(int layer, int heads, int kvHeads, int fault)
    {
        using var cache = _ops.NewKvCache(new KvGeometry(1, 1, 2, DType.BF16, 5));
        int sequence = cache.Open();
        Assert.True(cache.TryExtend(sequence, 70));
        int[] positions = fault switch { 1 => [66, 3, 4], 2 => [68, 69, 70], 3 => [-1, 0, 1], _ => [0, 1, 2] };
        using var y = _ops.NewTensor(3, heads * 2);

        Assert.Throws<ShapeException>(() => _ops.AttendCached(
            _x, new HeadShape(heads, kvHeads, 2), cache, layer, [sequence, sequence, sequence], positions, y));
    }

    [Fact]
    public void Attention_HeadsThatDoNotDivide_Throws()
    {
        using var cache = _ops.NewKvCache(new KvGeometry(1, 2, 1, DType.BF16, 5));
        int sequence = cache.Open();
        Assert.True(cache.TryExtend(sequence, 3));
        using var qkv = _ops.NewTensor(3, 7);
        using var y = _ops.NewTensor(3, 3);

        Assert.Throws<ShapeException>(
            () => _ops.AttendCached(qkv, new HeadShape(3, 2, 1), cache, 0, [sequence, sequence, sequence], [0, 1, 2], y));
    }

    [Theory, InlineData(new[] { 2 }), InlineData(new[] { 4 }), InlineData(new[] { 4, -1 })]
    public void AttendWindows_LengthsDoNotAddUp_Throws(int[] lengths)
    {
        using var qkv = _ops.NewTensor(3, 6);
        using var y = _ops.NewTensor(3, 2);

        Assert.Throws<ShapeException>(() => _ops.AttendWindows(qkv, new HeadShape(1, 1, 2), lengths, y));
    }

    [Fact]
    public void LoadMatrix_FormatThatCannotBeKept_Throws() =>
        Assert.Throws<ArgumentException>(() => _ops.Matrix(new float[64], 8, DType.F16));

    [Fact]
    public void LoadMatrix_SourceThatCannotBeRead_SaysWhich()
    {
        var source = new WeightSource("layer.7 of model.safetensors", new Shape(64, 8), DType.F32, new byte[100]);

        var fault = Assert.Throws<IOException>(() => _ops.LoadMatrix([source], DType.BF16));

        Assert.Contains("layer.7 of model.safetensors", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_DisposedOperand_Throws()
    {
        var gone = _ops.Tensor(new float[8], 8);
        gone.Dispose();
        var table = _ops.Matrix(new float[64], 8, DType.F32);
        table.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _ops.GatherRows(gone, [0], _y));
        Assert.Throws<ObjectDisposedException>(() => _ops.MatMul(gone, _matrix, _y));
        Assert.Throws<ObjectDisposedException>(() => _ops.MatMul(_x, table, _y));
        Assert.Throws<ObjectDisposedException>(() => _ops.Embed([0], table, _y));
    }
}
