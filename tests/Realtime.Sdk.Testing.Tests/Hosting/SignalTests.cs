using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Tests.Hosting;

/// <summary>A library must not take the signals of its process: one that has an emulator ends as it would without.</summary>
public sealed partial class SignalTests
{
    private const int SigInt = 2, SigQuit = 3, SigTerm = 15;

    [Theory]
    [InlineData(SigTerm)]
    [InlineData(SigInt)]
    [InlineData(SigQuit)]
    public async Task A_process_that_has_an_emulator_ends_by_a_signal(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var process = Start();
        try
        {
            (await process.StandardOutput.ReadLineAsync().WithTimeout()).Should().StartWith("http://");

            // What the parent ignores its children ignore, too, for example SIGINT in a background job of a shell: then there is nothing to see.
            if (IsIgnored(process.Id, signal))
                process.Kill();
            else
                kill(process.Id, signal).Should().Be(0);

            await process.WaitForExitAsync().WithTimeout();
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Realtime.Sdk.EmulatorHolder.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // SIGQUIT would write the memory of the process to the disk.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start)!;
    }

    private static bool IsIgnored(int process, int signal)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status))
            return false;
        var mask = File.ReadLines(status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return ((long.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1)) & 1) == 1;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
