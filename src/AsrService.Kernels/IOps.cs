namespace AsrService.Kernels;

/// <summary>
/// The coarse operations that the models are written over. One backend owns the memory and the order of execution;
/// nothing but <see cref="Read"/> and <see cref="ArgMax"/> waits for a result.
/// </summary>
/// <remarks>
/// <para>Tensors are <c>[rows, columns]</c> float32 and are allocated by the caller; an output is resized to the rows
/// of its input and may hold anything before the call. Shapes are checked at entry (<see cref="ShapeException"/>).</para>
/// <para>Bit contract of the CPU backends: an output element depends on its own row, on the weights and, in attention,
/// on the cached positions before it, and on nothing else. Not on the other rows of the batch, on how a prefill was
/// cut, on the number of threads or on the width of the vectors.</para>
/// <para>Not thread-safe: one caller at a time.</para>
/// </remarks>
public interface IOps : IDisposable
{
    /// <summary>Backend and device, for people: <c>cpu, 2 threads, 512-bit vectors</c>.</summary>
    string Description { get; }

    /// <summary>An uninitialized tensor; the caller disposes it.</summary>
    Tensor NewTensor(int rows, int columns);

    /// <summary>Packs matrices, stacked along their rows, into one weight of the given format.</summary>
    /// <param name="sources">Each <c>[rows, columns...]</c>, with equal columns; copied, so the file may be closed after.</param>
    /// <param name="store"><see cref="DType.BF16"/> or <see cref="DType.F32"/>.</param>
    Weight LoadMatrix(ReadOnlySpan<WeightSource> sources, DType store);

    /// <summary>Loads one-dimensional weights (biases, gains), joined end to end and kept as float32.</summary>
    Weight LoadVector(ReadOnlySpan<WeightSource> sources);

    /// <summary>An empty key/value cache; the caller disposes it.</summary>
    KvCache NewKvCache(KvGeometry geometry);

    /// <summary>Copies <paramref name="from"/>, whole rows, into <paramref name="to"/>, which is resized to them.</summary>
    void Write(ReadOnlySpan<float> from, Tensor to);

    /// <summary>Copies all rows of <paramref name="from"/>; waits for what computes them.</summary>
    void Read(Tensor from, Span<float> to);

    /// <summary>y = activation(x · Wᵀ + bias) + residual.</summary>
    /// <param name="x">[rows, in].</param>
    /// <param name="w">[out, in].</param>
    /// <param name="y">[rows, out]; may be <paramref name="residual"/>, not <paramref name="x"/>.</param>
    /// <param name="bias">[out].</param>
    /// <param name="activation">Applied before the residual is added.</param>
    /// <param name="residual">[n, out] where n divides rows: row r adds residual row r mod n.</param>
    void MatMul(Tensor x, Weight w, Tensor y, Weight? bias = null, Activation activation = Activation.None, Tensor? residual = null);

    /// <summary>y = activation(conv(x, W) + bias), channels last, zero padding.</summary>
    /// <param name="x">[images, height · width · inChannels].</param>
    /// <param name="shape">Extents of one input image and of the kernel.</param>
    /// <param name="w">[outChannels, kernelHeight · kernelWidth · inChannels].</param>
    /// <param name="bias">[outChannels].</param>
    /// <param name="y">[images, outHeight · outWidth · outChannels].</param>
    /// <param name="activation">Applied last.</param>
    void Conv2d(Tensor x, ConvShape shape, Weight w, Weight bias, Tensor y, Activation activation);

    /// <summary>y[i] = row ids[i] of the table, gathered from its packed form.</summary>
    void Embed(ReadOnlySpan<int> ids, Weight table, Tensor y);

    /// <summary>y[i] = x[rows[i]].</summary>
    void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor y);

    /// <summary>y[rows[i]] = x[from + i]; other rows of y stay.</summary>
    void InsertRows(Tensor x, int from, ReadOnlySpan<int> rows, Tensor y);

    /// <summary>Root-mean-square normalization of each row: y = x / rms(x) · gain. y may be x.</summary>
    /// <remarks>Zhang and Sennrich 2019 (arXiv:1910.07467), eq. 4, with epsilon added to the mean square.</remarks>
    void RmsNorm(Tensor x, Weight gain, float epsilon, Tensor y);

    /// <summary>Layer normalization of each row: y = (x − mean) / sqrt(variance + epsilon) · gain + bias. y may be x.</summary>
    /// <remarks>Ba, Kiros and Hinton 2016 (arXiv:1607.06450), eq. 4; population variance.</remarks>
    void LayerNorm(Tensor x, Weight gain, Weight bias, float epsilon, Tensor y);

    /// <summary>y = silu(gate) · up, where a row of x is gate followed by up.</summary>
    /// <param name="x">[rows, 2 · width].</param>
    /// <param name="y">[rows, width].</param>
    void SiluMul(Tensor x, Tensor y);

    /// <summary>In place: RMS-normalizes each query and key head, then rotates both by their positions.</summary>
    /// <param name="qkv">[rows, (heads + 2 · kvHeads) · headDim]: queries, keys, values.</param>
    /// <param name="heads">Head counts and size.</param>
    /// <param name="qGain">[headDim], shared by the query heads.</param>
    /// <param name="kGain">[headDim], shared by the key heads.</param>
    /// <param name="epsilon">Of the normalization.</param>
    /// <param name="theta">Base of the rotary frequencies.</param>
    /// <param name="positions">Position of each row in its sequence.</param>
    /// <remarks>Rotary embedding: Su et al. 2021 (arXiv:2104.09864), eq. 34, with the halves of a head as pairs.</remarks>
    void QkNormRope(Tensor qkv, HeadShape heads, Weight qGain, Weight kGain, float epsilon, float theta, ReadOnlySpan<int> positions);

    /// <summary>Writes keys and values of every row into the cache, then lets each row attend to its sequence up to itself.</summary>
    /// <param name="qkv">As left by <see cref="QkNormRope"/>.</param>
    /// <param name="heads">Head counts and size; scores are scaled by headDim^-½.</param>
    /// <param name="cache">Has room for all positions (<see cref="KvCache.TryExtend"/>).</param>
    /// <param name="layer">Layer of the cache.</param>
    /// <param name="sequences">Sequence of each row; rows of one sequence stand together, by ascending position.</param>
    /// <param name="positions">Position of each row.</param>
    /// <param name="y">[rows, heads · headDim].</param>
    void AttendCached(Tensor qkv, HeadShape heads, KvCache cache, int layer, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions, Tensor y);

    /// <summary>Bidirectional attention inside consecutive runs of rows and none across them.</summary>
    /// <param name="qkv">[rows, 3 · heads · headDim].</param>
    /// <param name="heads">Head count and size; as many key as query heads.</param>
    /// <param name="lengths">Rows of each run; they add up to the rows of qkv.</param>
    /// <param name="y">[rows, heads · headDim].</param>
    void AttendWindows(Tensor qkv, HeadShape heads, ReadOnlySpan<int> lengths, Tensor y);

    /// <summary>Index of each row's largest value, the lowest on ties, and its log-probability under softmax.</summary>
    void ArgMax(Tensor logits, Span<int> ids, Span<float> logProbabilities);
}
