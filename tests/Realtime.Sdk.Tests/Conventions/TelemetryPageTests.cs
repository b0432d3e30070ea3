using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>docs/telemetry.md has what the code has, no less and no more.</summary>
public sealed partial class TelemetryPageTests
{
    private const string Core = "src/Realtime.Sdk";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs/telemetry.md"));

    [Fact]
    public void It_has_every_log_message_with_its_ID_name_level_and_text()
    {
        var messages =
            from method in typeof(RealtimeLog).GetMethods()
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select $"{message.EventId} `{method.Name}` {(message.Level == LogLevel.None ? "Debug or Warning" : message.Level)} `{message.Message}`";

        Differences(Table("Log messages").Select(row => string.Join(' ', row.Take(4))), messages).Should().BeEmpty();
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
        foreach (var type in typeof(RealtimeDiagnostics).Assembly.GetTypes().Where(type => Fields(type).Any(field => field.FieldType.IsSubclassOf(typeof(Instrument)))))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);

        listener.Start();

        instruments.Should().NotBeEmpty();
        Differences(Table("Metrics").Select(row => string.Join(' ', row.Take(4))), instruments).Should().BeEmpty();
    }

    [Fact]
    public void It_has_every_name_and_every_word()
    {
        var constants = Fields(typeof(TelemetryNames)).Concat(Fields(typeof(FailureReason))).Select(field => (string)field.GetRawConstantValue()!);
        var words = Word().Matches(File.ReadAllText(Path.Combine(Repository.Root, Core, "Errors/FailureReason.cs"))).Select(match => match.Groups[1].Value);

        string[] listed =
        [
            .. new[] { "Tags", "Metrics", "Errors" }.SelectMany(Table).SelectMany(row => Code(row[0])),
            .. Table("Values of tags").SelectMany(row => Code(row[1])),
            .. Table("Spans").Select(row => row[0].Trim('`')).Where(span => !span.Contains('{', StringComparison.Ordinal)),
        ];

        Differences(listed, constants.Concat(words)).Should().BeEmpty();
    }

    [Fact]
    public void Its_spans_and_metrics_have_only_tags_that_it_lists()
    {
        var listed = Table("Tags").Select(row => row[0].Trim('`')).ToArray();

        var named = Table("Spans").Select(row => row[3]).Concat(Table("Metrics").Select(row => row[4])).Concat(Table("Values of tags").Select(row => row[0])).SelectMany(Code);

        named.Except(listed).Should().BeEquivalentTo("gen_ai.usage.*", "TraceContent");
    }

    [Fact]
    public void It_has_every_operation_of_REST_calls()
    {
        Differences(Code(Table("Spans")[0][2]), Matches(Operation())).Should().BeEmpty();
    }

    [Fact]
    public void It_has_every_category_of_log_messages()
    {
        Differences(Code(Section("Log messages").Split("\n\n")[0]), Matches(Category())).Should().BeEmpty();
    }

    /// <summary>So that the tests above see every name.</summary>
    [Fact]
    public void Names_of_telemetry_stand_in_TelemetryNames_only()
    {
        var literal = Repository.Sources(Core).Where(file => Literal().IsMatch(File.ReadAllText(file)));

        literal.Select(file => Repository.RelativeTo(Core, file)).Should().BeEmpty();
    }

    private static IEnumerable<string> Differences(IEnumerable<string> page, IEnumerable<string> code) =>
        code.Except(page).Select(missing => $"only in the code: {missing}").Concat(page.Except(code).Select(extra => $"only on the page: {extra}"));

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static IEnumerable<string> Matches(Regex pattern) =>
        Repository.Sources(Core).SelectMany(file => pattern.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);

    private static string Section(string heading) => Page.Split($"\n## {heading}\n\n")[1].Split("\n## ")[0];

    /// <summary>The cells of the rows of the table in a section, without its head.</summary>
    private static string[][] Table(string heading) =>
        [.. Section(heading).Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];

    private static IEnumerable<string> Code(string text) => Backticks().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();

    [GeneratedRegex("=> \"(\\w+)\"")]
    private static partial Regex Word();

    [GeneratedRegex("nameof\\(\\w+\\)\\}?\"?, \"([a-z_]+)\"\\)")]
    private static partial Regex Operation();

    [GeneratedRegex("GuardedLogger\\.Create\\([^;]*\"(Realtime\\.Sdk\\.\\w+)\"\\)")]
    private static partial Regex Category();

    [GeneratedRegex("\\b(SetTag|tags\\.Add|(RealtimeDiagnostics|RestTelemetry)\\.Start(Detached)?|Create(Counter|Histogram|UpDownCounter)(<\\w+>)?)\\(\\s*\"|\\{ \"[a-z.]+\", server")]
    private static partial Regex Literal();
}
