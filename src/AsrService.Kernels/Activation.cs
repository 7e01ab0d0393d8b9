namespace AsrService.Kernels;

/// <summary>Element-wise function fused into a product.</summary>
public enum Activation
{
    /// <summary>The identity.</summary>
    None,

    /// <summary>x · Φ(x) with the exact error function, not the tanh form.</summary>
    /// <remarks>Hendrycks and Gimpel 2016 (arXiv:1606.08415), eq. 2.</remarks>
    Gelu,
}
