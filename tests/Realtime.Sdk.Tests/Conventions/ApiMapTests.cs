using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>docs/api-map.md has every schema of the API reference, and the C# that it names exists. The schemas are in Payloads/schemas.txt.</summary>
public sealed partial class ApiMapTests
{
    private static readonly Dictionary<string, Type> Types = typeof(WireObject).Assembly.GetExportedTypes().Where(type => !type.IsNested).ToDictionary(type => type.Name);

    private static readonly Row[] Rows =
        [.. RowPattern().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/api-map.md")))
            .Select(match => new Row(match.Groups[1].Value, [.. Code().Matches(match.Groups[2].Value).Select(code => code.Groups[1].Value)], match.Groups[3].Value))];

    /// <summary>The schemas, each with its <c>type</c>; "" if it has none or several.</summary>
    private static readonly Dictionary<string, string> Schemas =
        File.ReadLines(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Conventions/Payloads/schemas.txt"))
            .Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words.ElementAtOrDefault(1) ?? "");

    [Fact]
    public void Every_schema_has_one_row()
    {
        var names = Rows.Select(row => row.Schema).ToArray();

        names.Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan(200);
        Schemas.Keys.Except(names).Should().BeEmpty("docs/api-map.md has every schema");
        names.Except(Schemas.Keys).Should().BeEmpty("every row is a schema");
    }

    [Fact]
    public void Every_schema_has_a_home_that_exists()
    {
        Rows.Where(row => row.Homes.Length == 0).Should().BeEmpty();
        Rows.SelectMany(row => row.Homes.Where(home => !Exists(home)).Select(home => $"{row.Schema}: {home}")).Should().BeEmpty();
    }

    [Fact]
    public void A_schema_with_a_type_is_at_home_in_a_record_that_reads_the_type()
    {
        var wrong =
            from row in Rows
            let type = Schemas.GetValueOrDefault(row.Schema, "")
            where type.Length > 0
            where !row.Note.StartsWith($"`{type}`", StringComparison.Ordinal)
                || row.Homes.Any(home => Types[home].GetCustomAttribute<WireTypeAttribute>() is { } read && read.Type != type && !read.AlternativeTypes.Contains(type))
            select $"{row.Schema}: {type}";

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void The_documentation_of_a_type_names_its_schemas_unless_they_are_the_same_word()
    {
        var docs = XDocument.Load(Path.ChangeExtension(typeof(WireObject).Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

        var silent =
            from row in Rows
            where !row.Schema.StartsWith("RealtimeBeta", StringComparison.Ordinal)
            from home in row.Homes
            where !home.Contains('.', StringComparison.Ordinal) && !IsSameWord(row.Schema, home)
            where !docs[$"T:{Types[home].FullName}"].Descendants("c").Any(word => word.Value == row.Schema)
            select $"{home}: {row.Schema}";

        silent.Should().BeEmpty();
    }

    [Fact]
    public void What_the_notes_name_exists()
    {
        var names = Rows.SelectMany(row => Code().Matches(row.Note)).Select(match => match.Groups[1].Value).Where(name => char.IsUpper(name[0]) && name.All(c => char.IsLetter(c) || c == '.'));

        names.Where(name => !Exists(name) && name != nameof(RealtimeSession.Configuration)).Should().BeEmpty();
    }

    private static bool IsSameWord(string schema, string type) =>
        Prefix().Replace(schema.Replace("RealtimeTranslationClientEvent", "Translation", StringComparison.Ordinal).Replace("RealtimeTranslationServerEvent", "Translation", StringComparison.Ordinal), "")
            .Equals(Affix().Replace(type, ""), StringComparison.OrdinalIgnoreCase);

    private static bool Exists(string name) => name.Split('.') switch
    {
        [var type] => Types.ContainsKey(type),
        [var type, var member] => Types.TryGetValue(type, out var owner) && owner.GetMember(member).Length > 0,
        _ => false,
    };

    private sealed record Row(string Schema, string[] Homes, string Note);

    [GeneratedRegex(@"^\| `(\w+)` \| (.*?) \| ?(.*?) ?\|$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("^Realtime((Client|Server)Event(?=.))?")]
    private static partial Regex Prefix();

    [GeneratedRegex("^Realtime|Event$")]
    private static partial Regex Affix();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
