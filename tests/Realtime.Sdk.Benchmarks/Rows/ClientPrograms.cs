using System.Collections.Concurrent;
using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The client-only programs, each in one file: <c>Rest</c> ends with a client secret, <c>Socket</c> with the first audio.</summary>
internal static class ClientPrograms
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new();

    /// <summary>Builds a program, unless this process has built it, and returns its path.</summary>
    public static Task<string> BuildAsync(string name) =>
        Built.GetOrAdd(name, name => new(() => RunAsync("build", name, Path.Combine("programs", "jit", name), null, "-p:RunAnalyzers=false"))).Value;

    /// <summary>Publishes a program as native code, and returns its path. The output of the compiler is written to <paramref name="log"/>.</summary>
    public static Task<string> PublishNativeAsync(string name, Action<string> log) =>
        RunAsync("publish", name, Path.Combine("programs", "native", name), log, "--use-current-runtime", "-p:PublishAot=true");

    private static async Task<string> RunAsync(string verb, string name, string folder, Action<string>? log = null, params string[] more)
    {
        var (source, output) = (Path.Combine(SourceFolder(), name + ".cs"), Path.Combine(AppContext.BaseDirectory, folder));
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", [verb, source, "-c", "Release", "-nologo", "-o", output, .. more]) { RedirectStandardOutput = true })!;
        var words = await dotnet.StandardOutput.ReadToEndAsync();
        await dotnet.WaitForExitAsync();
        log?.Invoke(words);
        return dotnet.ExitCode == 0 ? Path.Combine(output, name) : throw new InvalidOperationException($"dotnet {verb} {name} failed:\n{words}");
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Realtime.Sdk.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The programs are built from their sources: run this inside the repository.");
        return Path.Combine(folder.FullName, "tests", "Realtime.Sdk.Benchmarks", "Programs");
    }
}
