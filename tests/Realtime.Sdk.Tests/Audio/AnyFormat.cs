using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>Formats for property tests.</summary>
internal static class AnyFormat
{
    private static readonly int[] CommonRates = [8_000, 16_000, 24_000, 44_100, 48_000];

    /// <summary>Every encoding at every rate there is.</summary>
    public static Gen<SampleFormat> AtAnyRate { get; } = At(Gen.Int[1, SampleFormat.MaxRate]);

    /// <summary>Every encoding at rates that resample into each other.</summary>
    public static Gen<SampleFormat> AtCommonRates { get; } = At(Gen.Int[0, CommonRates.Length - 1].Select(i => CommonRates[i]));

    private static Gen<SampleFormat> At(Gen<int> rates) => Gen.Select(
        Gen.Int[0, 2],
        rates,
        (law, rate) => law switch { 0 => SampleFormat.Pcm(rate), 1 => SampleFormat.Pcmu(rate), _ => SampleFormat.Pcma(rate) });
}
