using System.Text.RegularExpressions;

namespace Realtime.Sdk.Tests.Conventions;

public sealed partial class SourceConventions
{
    private const string Core = "src/Realtime.Sdk";

    /// <summary>Folders from low to high; those on one line may know each other.</summary>
    private static readonly string[][] Layers =
    [
        ["Validation", "Diagnostics", "Serialization", "Audio"],
        ["Sessions", "Tools", "Items", "Responses", "ClientSecrets", "Errors", "Credentials"],
        ["Events", "Translations", "Options"],
        ["Transport"],
        ["Configuration"],
        ["Connections"],
        ["Calls", "Webhooks", "."],
        ["Conversations"],
    ];

    [Theory]
    [InlineData("src", 400)]
    [InlineData("tools", 400)]
    [InlineData("tests", 500)]
    [InlineData("samples", 400)]
    public void No_file_is_longer_than_a_reader_can_hold(string folder, int lines)
    {
        var long_ = Repository.Sources(folder).Where(file => File.ReadLines(file).Count() > lines);

        long_.Select(file => Repository.RelativeTo(folder, file)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("src/Realtime.Sdk", "System.Net", "Sessions", "Tools", "Items", "Responses", "ClientSecrets", "Events")]
    [InlineData("src/Realtime.Sdk", "Microsoft.Extensions", "Sessions", "Tools", "Items", "Responses", "ClientSecrets", "Events", "Audio", "Errors", "Serialization", "Validation")]
    public void Records_know_nothing_of_the_network_or_of_hosting(string project, string forbidden, params string[] folders)
    {
        var guilty = folders.SelectMany(folder => Sources(project, folder))
            .Where(file => File.ReadAllText(file).Contains($"using {forbidden}", StringComparison.Ordinal));

        guilty.Select(file => Repository.RelativeTo(project, file)).Should().BeEmpty();
    }

    [Fact]
    public void No_folder_names_a_type_of_a_higher_folder()
    {
        var declared = Layers.Select(layer => layer.SelectMany(folder => Sources(Core, folder)).SelectMany(DeclaredTypes).ToHashSet(StringComparer.Ordinal)).ToArray();

        var guilty =
            from low in Enumerable.Range(0, Layers.Length)
            from folder in Layers[low]
            from file in Sources(Core, folder)
            let words = Word().Matches(WithoutCommentsAndStrings(File.ReadAllText(file))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal)
            from high in Enumerable.Range(low + 1, Layers.Length - low - 1)
            from name in declared[high]
            where words.Contains(name) && !declared.Take(low + 1).Any(lower => lower.Contains(name))
            select $"{Repository.RelativeTo(Core, file)} names {name}";

        guilty.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void The_conversation_names_no_internal_type_of_transport_or_connections()
    {
        var guilty = Sources(Core, "Conversations").SelectMany(file =>
            InternalTypesNamedIn(File.ReadAllText(file)).Select(name => $"{Repository.RelativeTo(Core, file)} names {name}"));

        guilty.Should().BeEmpty();
    }

    /// <summary>That the rule above can fail, while there is no conversation yet.</summary>
    [Fact]
    public void An_internal_type_of_transport_or_connections_is_found_where_it_is_named()
    {
        const string source = "// EventConnection\ninternal sealed class Turn(RealtimeConnection connection, MessageQueue queue);";

        InternalTypesNamedIn(source).Should().Equal("MessageQueue");
    }

    [Theory]
    [InlineData(@"\bCreateLogger\b", "Diagnostics/GuardedLogger.cs")]
    [InlineData(@"\b(Create|Start)Activity\b|\bActivity\.Current =|\bnew ActivitySource\b", "Diagnostics/RealtimeDiagnostics.cs")]
    [InlineData(@"\b_?(activity|span)\??\.(Stop|Dispose|AddException)\(", "Diagnostics/RealtimeDiagnostics.cs")]
    public void Loggers_and_listeners_are_called_only_where_what_they_throw_is_discarded(string call, string guard)
    {
        var callers = Repository.Sources(Core).Where(file => Regex.IsMatch(WithoutCommentsAndStrings(File.ReadAllText(file)), call));

        callers.Select(file => Repository.RelativeTo(Core, file)).Should().Equal(guard);
    }

    private static IEnumerable<string> Sources(string project, string folder)
    {
        var path = Path.Combine(Repository.Root, project, folder);
        if (!Directory.Exists(path))
            return [];
        return folder == "." ? Directory.EnumerateFiles(path, "*.cs") : Repository.Sources(Path.Combine(project, folder));
    }

    private static IEnumerable<string> InternalTypesNamedIn(string source)
    {
        var lower = new[] { "Transport", "Connections" }.SelectMany(folder => Sources(Core, folder))
            .SelectMany(file => InternalDeclaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        return Word().Matches(WithoutCommentsAndStrings(source)).Select(match => match.Value).Where(lower.Contains).Distinct();
    }

    private static IEnumerable<string> DeclaredTypes(string file) =>
        Declaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value);

    private static string WithoutCommentsAndStrings(string source) => CommentOrString().Replace(source, " ");

    [GeneratedRegex(@"^(?:public |internal )(?:static |sealed |abstract |readonly |partial |ref )*(?:class|record struct|record|struct|interface|enum|delegate \w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^internal (?:static |sealed |abstract |readonly |partial |ref )*(?:class|record struct|record|struct|interface|enum|delegate \w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex InternalDeclaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    [GeneratedRegex("""//[^\n]*|"(?:[^"\\\n]|\\.)*"|\[JsonPropertyName\("[^"]*"\)""")]
    private static partial Regex CommentOrString();
}
