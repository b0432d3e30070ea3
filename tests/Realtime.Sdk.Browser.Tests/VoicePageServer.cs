using System.Diagnostics;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>samples/VoicePage in a process of its own, as a user starts it.</summary>
internal sealed class VoicePageServer : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private VoicePageServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts the sample.</summary>
    /// <param name="emulator">The emulator to which it connects as to the service; null to start it without a key.</param>
    /// <param name="key">The key; null for that of the emulator.</param>
    public static async Task<VoicePageServer> StartAsync(RealtimeEmulator? emulator, string? key = null)
    {
        var program = Path.Combine(Repository.Root, "samples/VoicePage/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/VoicePage.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "samples/VoicePage"),
            RedirectStandardOutput = true,
        };
        start.Environment["OPENAI_API_KEY"] = emulator is null ? null : key ?? emulator.ApiKey;
        start.Environment["Realtime__BaseUrl"] = emulator?.BaseUrl.ToString();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        process.Start();
        process.BeginOutputReadLine();
        try
        {
            return new(process, await listening.Task.WithTimeout());
        }
        catch
        {
            new VoicePageServer(process, new("about:blank")).Dispose();
            throw;
        }
    }

    /// <summary>Ends the process without a goodbye to its clients.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit(TestTimeout.Limit);
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static void Read(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
            listening.TrySetException(new InvalidOperationException("The sample has ended before it listened."));
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            listening.TrySetResult(new(line[(at + Listening.Length)..]));
    }
}
