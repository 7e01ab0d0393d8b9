namespace AsrService.Kernels;

/// <summary>Extents of a two-dimensional convolution over channels-last images.</summary>
/// <param name="Height">Rows of an input image.</param>
/// <param name="Width">Columns of an input image.</param>
/// <param name="InChannels">Values of an input pixel.</param>
/// <param name="Kernel">Side of the square kernel.</param>
/// <param name="Stride">Step of the kernel in both directions.</param>
/// <param name="Padding">Zeros on every side.</param>
public readonly record struct ConvShape(int Height, int Width, int InChannels, int Kernel, int Stride, int Padding)
{
    /// <summary>Rows of an output image.</summary>
    public int OutHeight => (Height + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Columns of an output image.</summary>
    public int OutWidth => (Width + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Output pixels of one image.</summary>
    public int OutPixels => OutHeight * OutWidth;

    /// <summary>Input values that one output value is summed over: kernel row, kernel column, channel.</summary>
    public int PatchSize => Kernel * Kernel * InChannels;

    /// <summary>Values of one input image.</summary>
    public int ImageSize => Height * Width * InChannels;
}
