namespace Realtime.Sdk.Benchmarks;

/// <summary>The verb <c>compare</c>, which selects the rows and how thoroughly they are measured.</summary>
internal static class CompareVerb
{
    public static async Task<int> RunAsync(string[] options)
    {
        var effort = new Effort(options.Contains("--quick"));
        var at = Array.IndexOf(options, "--rows");
        var filter = at >= 0 && at + 1 < options.Length ? options[at + 1] : "";
        await using var server = await ServerProcess.StartAsync();
        Row[] rows = [.. Rows(effort, server), .. options.Contains("--native") ? NativeRows.All() : [], .. options.Contains("--npm") ? NpmRows.All(effort) : []];
        var met = await Comparison.RunAsync(rows.Where(row => row.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)), effort);
        return met || !options.Contains("--require-goals") ? 0 : 1;
    }

    /// <summary>The rows that need only this program and its server.</summary>
    public static IEnumerable<Row> Rows(Effort effort, ServerProcess server) =>
    [
        .. ParseRows.All(effort), .. WriteRows.All(effort), .. SendRows.All(effort, server), .. ReceiveRows.All(effort, server), .. FloodRows.All(effort, server),
        .. FanRows.All(effort, server), .. PaceRows.All(effort, server), .. IdleRows.All(effort, server), IdleCpuRow.Create(effort, server), .. SecretRows.All(effort, server),
        .. ColdStartRows.All(effort, server), .. GrowthRows.All(effort, server), .. EmulatorRows.All(effort), .. ConversationRows.All(effort, server),
        .. ConversationGrowthRows.All(effort, server), .. FunctionRows.All(effort), .. WebhookRows.All(effort), .. RelayRows.All(effort, server),
    ];
}
