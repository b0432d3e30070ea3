namespace Realtime.Sdk.Tests.Audio;

/// <summary>Ours beside sox, where there is one. The recording is the WAV file that REALTIME_SDK_RECORDING names.</summary>
public sealed class SoxTests
{
    /// <summary>
    /// Both filters are flat below 80 % of the lower rate's Nyquist frequency, so that what differs there is error. Above 90 % each
    /// has its own slope.
    /// </summary>
    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    [InlineData(48_000)]
    [InlineData(8_000, 24_000)]
    [InlineData(16_000, 48_000, 24_000)]
    public async Task A_recording_is_resampled_as_sox_resamples_it(params int[] rates)
    {
        var path = Environment.GetEnvironmentVariable("REALTIME_SDK_RECORDING");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "REALTIME_SDK_RECORDING names no recording.");
        await using var file = File.OpenRead(path);
        await using var wav = await WavReader.OpenAsync(file);
        var ours = AudioConverter.Convert(await wav.ReadToEndAsync(), wav.Format, SampleFormat.Pcm(wav.Format.Rate));
        var (theirs, rate) = (ours, wav.Format.Rate);

        foreach (var next in rates)
        {
            ours = AudioConverter.Convert(ours, SampleFormat.Pcm(rate), SampleFormat.Pcm(next));
            theirs = await AudioProgram.SoxAsync(theirs, $"-D -t s16 -r {rate} -c 1 - -t s16 - rate -v {next}");
            rate = next;
        }

        var (heard, expected) = (Signal.Samples(ours), Signal.Samples(theirs));
        ((double)heard.Length).Should().BeApproximately(expected.Length, 5);
        var edge = rates.Append(wav.Format.Rate).Min() * 0.8 / 2;
        var length = Math.Min(heard.Length, expected.Length);
        var error = LowPass([.. Enumerable.Range(0, length).Select(i => (double)heard[i] - expected[i])], edge / rate);
        var signal = LowPass([.. expected.Take(length).Select(sample => (double)sample)], edge / rate);
        var ratio = Signal.Decibels(Signal.Power(signal) / Signal.Power(error));
        TestContext.Current.SendDiagnosticMessage("{0} Hz: {1:F1} dB over the difference to sox", string.Join(", ", rates), ratio);
        ratio.Should().BeGreaterThan(60);
    }

    [Theory]
    [InlineData("ul")]
    [InlineData("al")]
    public async Task Every_code_decodes_as_sox_decodes_it(string law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];

        var theirs = await AudioProgram.SoxAsync(codes, $"-D -t {law} -r 8000 -c 1 - -t s16 -");

        AudioConverter.Convert(codes, law == "ul" ? AudioFormat.Pcmu : AudioFormat.Pcma, SampleFormat.Pcm(8_000)).Should().Equal(theirs);
    }

    /// <summary>A windowed sinc with its edge at a share of the rate.</summary>
    private static double[] LowPass(double[] samples, double edge)
    {
        const int half = 300;
        double[] taps =
        [
            .. Enumerable.Range(-half, (2 * half) + 1).Select(i =>
                (i == 0 ? 2 * edge : Math.Sin(2 * Math.PI * edge * i) / (Math.PI * i))
                * (0.42 + (0.5 * Math.Cos(Math.PI * i / half)) + (0.08 * Math.Cos(2 * Math.PI * i / half)))),
        ];
        return
        [
            .. Enumerable.Range(half, samples.Length - (2 * half)).Select(middle =>
            {
                var sum = 0.0;
                for (var i = -half; i <= half; i++)
                    sum += taps[i + half] * samples[middle + i];
                return sum;
            }),
        ];
    }
}
