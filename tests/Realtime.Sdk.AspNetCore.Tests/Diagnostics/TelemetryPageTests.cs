using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Diagnostics;

/// <summary>docs/telemetry.md has exactly the log messages, instruments and names of this package.</summary>
public sealed partial class TelemetryPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs/telemetry.md"));

    [Fact]
    public void It_has_every_log_message_with_its_ID_name_level_and_text()
    {
        var messages =
            from method in typeof(EndpointLog).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select $"{message.EventId} `{method.Name}` {message.Level} `{message.Message}`";

        Table("Log messages of endpoints").Select(row => string.Join(' ', row.Take(4))).Should().BeEquivalentTo(messages);
        Section("Log messages of endpoints").Should().Contain($"`{EndpointLog.Category}`").And.Contain($"`{EndpointLog.HostCategory}`");
    }

    [Fact]
    public void It_has_every_instrument_with_its_kind_unit_and_description()
    {
        var instruments = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == RealtimeDiagnostics.Meter)
                instruments.Add($"`{instrument.Name}` {instrument.GetType().Name.Split('`')[0]} `{instrument.Unit}` {instrument.Description}");
        };
        RuntimeHelpers.RunClassConstructor(typeof(EndpointMetrics).TypeHandle);

        listener.Start();

        Table("Endpoints").Select(row => string.Join(' ', row.Take(4))).Should().BeEquivalentTo(instruments);
    }

    [Fact]
    public void It_has_every_name_and_every_reason()
    {
        var names = typeof(EndpointTelemetryNames).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        var listed = Backticks().Matches(Section("Endpoints")).Select(match => match.Groups[1].Value);
        var guides = string.Concat(new[] { "web", "relay", "telephone" }.Select(name => File.ReadAllText(Path.Combine(Repository.Root, $"docs/{name}.md"))));

        names.Should().BeSubsetOf(listed);
        Enum.GetValues<CallOutcome>().Select(outcome => outcome.Name()).Should().BeSubsetOf(listed);
        Enum.GetValues<CallEndReason>().Select(reason => reason.Name()).Should().OnlyContain(reason => guides.Contains($"`{reason}`", StringComparison.Ordinal)).And.OnlyHaveUniqueItems();
    }

    private static string Section(string heading) => Page.Split($"\n## {heading}\n\n")[1].Split("\n## ")[0];

    private static string[][] Table(string heading) =>
        [.. Section(heading).Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();
}
