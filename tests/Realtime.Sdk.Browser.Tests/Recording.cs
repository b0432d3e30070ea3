namespace Realtime.Sdk.Browser.Tests;

/// <summary>A WAV file for the microphone of a browser: a recorded question, with silence before and after it.</summary>
internal sealed class Recording : IDisposable
{
    private const double Trailing = 30;

    private Recording(string path) => Path = path;

    public string Path { get; }

    /// <summary>Creates a recording in which a question begins after each of the given pauses.</summary>
    /// <param name="pauses">The pauses in seconds, from the end of the question before.</param>
    public static async Task<Recording> CreateAsync(params double[] pauses)
    {
        await using var reader = await WavReader.OpenAsync(File.OpenRead(System.IO.Path.Combine(AppContext.BaseDirectory, "question.wav")));
        var question = await reader.ReadToEndAsync();
        var path = System.IO.Path.GetTempFileName();
        await using var writer = new WavWriter(File.Create(path), SampleFormat.Pcm());
        foreach (var pause in pauses)
        {
            await writer.WriteAsync(Silence(pause));
            await writer.WriteAsync(question);
        }
        await writer.WriteAsync(Silence(Trailing));
        return new(path);
    }

    public void Dispose() => File.Delete(Path);

    private static byte[] Silence(double seconds) => new byte[SampleFormat.Pcm().BytesIn(TimeSpan.FromSeconds(seconds))];
}
