using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;

/// <summary>The emulator as a process: it prints its addresses and serves until it is stopped.</summary>
internal static class Server
{
    /// <summary>Serves as specified by the command line; returns false if its rules are not valid.</summary>
    public static async Task<bool> ServeAsync(Arguments arguments)
    {
        var rules = arguments.Rules is null ? new() : RulesFile.Read(arguments.Rules);
        if (rules is null)
            return false;

        var recording = arguments.Script is null ? null : EmulatorRecording.Parse(await File.ReadAllTextAsync(arguments.Script));
        await using var emulator = await RealtimeEmulator.StartAsync(arguments.Emulator with
        {
            Model = arguments.Model,
            OnViolation = violation => Console.Error.WriteLine($"violation in {violation.SessionId}: {violation}"),
            OnTraffic = arguments.IsQuiet ? null : TrafficLog.Write,
        });
        rules.ApplyTo(emulator.Model);
        var sessions = 0;
        emulator.OnConnect(session =>
        {
            rules.ApplyFaults(session, Interlocked.Increment(ref sessions));
            return recording is null ? session.RunModelAsync() : (arguments.Model.Pace == EmulatorPace.Instant ? recording : recording.WithPace()).PlayAsync(session);
        });

        var certificate = Path.Combine(Path.GetTempPath(), $"realtime-emulator-{emulator.HttpsBaseUrl.Port}.pem");
        await File.WriteAllTextAsync(certificate, emulator.Certificate.ExportCertificatePem());
        var ready = new JsonObject
        {
            ["ready"] = true,
            ["http"] = emulator.BaseUrl.ToString().TrimEnd('/'),
            ["https"] = emulator.HttpsBaseUrl.ToString().TrimEnd('/'),
            ["certificate"] = certificate,
        };
        var stopped = new TaskCompletionSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await Console.Out.WriteLineAsync(ready.ToJsonString());
        await arguments.Call.PlaceAsync(emulator);
        await stopped.Task;

        File.Delete(certificate);
        return true;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
