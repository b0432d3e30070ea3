using System.Diagnostics;
using System.Globalization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The webhooks of <see cref="WebhookRows"/>, verified by packages of npm. They need Node.js and the network.</summary>
internal static class NpmRows
{
    private const string Sources = "tests/Realtime.Sdk.Interop.Tests/npm", Floor = "floor: HMAC and comparison", Ours = "ours, verified";

    public static IEnumerable<Row> All(Effort effort)
    {
        yield return Of("webhook, accepted 2 KB, by npm", effort, delivery => delivery.Signature);
        yield return Of("webhook, refused, by npm", effort, _ => WebhookDelivery.WrongSignature);
    }

    private static Row Of(string name, Effort effort, Func<WebhookDelivery, string> choose) => new(name, "µs", async () =>
    {
        var delivery = new WebhookDelivery();
        var signature = choose(delivery);
        var folder = await InstallAsync();
        var isGenuine = signature == delivery.Signature;
        return
        [
            WebhookRows.Loop(Floor, effort, expected: true, delivery.HashAndCompare),
            WebhookRows.Loop(Ours, effort, isGenuine, () => delivery.Verify(delivery.Timestamp, signature)),
            Run("npm standardwebhooks 1.1.1", "standardwebhooks", folder, effort, delivery.ToJson(signature)),
            Run("npm openai 7.57.0", "openai", folder, effort, delivery.ToJson(signature)),
        ];
    }, []);

    /// <summary>Installs the packages in a temporary folder.</summary>
    private static async Task<string> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("realtime-npm-").FullName;
        foreach (var file in Directory.EnumerateFiles(Sources))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        await StartAsync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"], input: "");
        return folder;
    }

    private static Candidate Run(string name, string library, string folder, Effort effort, string delivery) => new(name,
        () => Task.CompletedTask,
        async () => new(double.Parse(await StartAsync("node", [Path.Combine(folder, "webhooks.bench.mjs"), library, $"{effort.Slice.TotalMilliseconds}"], delivery), CultureInfo.InvariantCulture), double.NaN),
        () =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        });

    private static async Task<string> StartAsync(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? printed : throw new InvalidOperationException($"{program} failed.");
    }
}
