namespace Realtime.Sdk.Internal;

/// <summary>The low-pass filter of a resampler: a sinc function with a Kaiser window, with one set of taps (phase) per fractional position.</summary>
/// <remarks>The pass band ends at 90 % of the Nyquist frequency of the lower rate, and the stop band starts at 100 %.</remarks>
internal static class SincFilter
{
    private const double PassBand = 0.9;

    // At the lower rate. A multiple of the widest SIMD vector; with a transition from 90 to 100 %, the attenuation is 87 dB.
    private const int Taps = 112;
    private const int TapsMultiple = 16;
    private const int MaxTableLength = 1 << 20;

    /// <summary>Returns the number of taps per phase at the input rate, a multiple of 16.</summary>
    /// <exception cref="ArgumentException">The ratio of the rates requires a filter of several megabytes.</exception>
    public static int Length(int up, int down)
    {
        var taps = Math.Ceiling(Taps * Math.Max(1.0, (double)down / up) / TapsMultiple) * TapsMultiple;
        if (taps * up > MaxTableLength)
            throw new ArgumentException($"A change of rate by {up}:{down} requires a filter that is too large. Convert to an intermediate rate first.");
        return (int)taps;
    }

    /// <summary>
    /// Returns the taps of all phases, one after another. The taps of phase p apply to the inputs from <c>1 − taps / 2</c> to <c>taps / 2</c>, for an
    /// output that is <c>p / up</c> after input 0. Their sum is 1.
    /// </summary>
    public static float[] Design(int up, int down)
    {
        var taps = Length(up, down);
        var half = taps / 2;
        var nyquist = 0.5 * Math.Min(1.0, (double)up / down);
        var cutoff = nyquist * (1 + PassBand) / 2;
        var attenuation = 8 + (2.285 * 2 * Math.PI * nyquist * (1 - PassBand) * (taps - 1));
        var beta = 0.1102 * (attenuation - 8.7);

        var table = new float[up * taps];
        var phase = new double[taps];
        for (var p = 0; p < up; p++)
        {
            var sum = 0.0;
            for (var j = 0; j < taps; j++)
            {
                var distance = ((double)p / up) - (j - half + 1);
                phase[j] = Sinc(2 * cutoff * distance) * ComputeKaiser(distance / half, beta);
                sum += phase[j];
            }
            for (var j = 0; j < taps; j++)
                table[(p * taps) + j] = (float)(phase[j] / sum);
        }
        return table;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double ComputeKaiser(double x, double beta) => ComputeBessel(beta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / ComputeBessel(beta);

    /// <summary>Computes the modified Bessel function of the first kind, order 0, by its power series.</summary>
    private static double ComputeBessel(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }
        return sum;
    }
}
