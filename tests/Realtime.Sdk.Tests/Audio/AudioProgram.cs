using System.ComponentModel;
using System.Diagnostics;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>A program that reads its standard input and writes its standard output. Where it is missing, the test is skipped.</summary>
internal static class AudioProgram
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Task<byte[]> SoxAsync(byte[] input, string arguments) => RunAsync("sox", arguments, input);

    public static Task<byte[]> FfmpegAsync(byte[] input, string arguments) =>
        RunAsync("ffmpeg", $"-nostdin -hide_banner -loglevel error -y {arguments}", input);

    private static async Task<byte[]> RunAsync(string program, string arguments, byte[] input)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no {program} on this machine.");
        }

        using var deadline = new CancellationTokenSource(Timeout);
        var output = new MemoryStream();
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        await Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token),
            FeedAsync(process.StandardInput.BaseStream, input, deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.Should().Be(0, await errors);
        return output.ToArray();
    }

    private static async Task FeedAsync(Stream stream, byte[] input, CancellationToken cancellationToken)
    {
        await using (stream)
            await stream.WriteAsync(input, cancellationToken);
    }
}
