using System.Text.RegularExpressions;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>No page of the repository has a link that leads nowhere, or out of the repository by a relative path.</summary>
public sealed partial class LinkConventions
{
    private static readonly string[] SkippedFolders = ["bin", "obj", "artifacts", "node_modules", "TestResults", ".git"];

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Select(file => Repository.RelativeTo(".", file))
        .Where(file => !file.Split('/').Intersect(SkippedFolders).Any())
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void The_walk_finds_the_pages() =>
        Pages.Select(row => row.Data).Should().Contain(["README.md", "docs/emulator.md", "samples/Quickstart/README.md", "tests/Realtime.Sdk.Benchmarks/README.md"]);

    [Theory, MemberData(nameof(Pages))]
    public void Its_links_lead_to_files_and_headings_of_the_repository(string page)
    {
        var path = Path.Combine(Repository.Root, page);

        var broken = Link().Matches(WithoutCode(File.ReadAllText(path))).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Leads(path, target));

        broken.Should().BeEmpty();
    }

    private static bool Leads(string page, string link)
    {
        var parts = link.Split('#');
        var target = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        if (!target.StartsWith(Repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !Path.Exists(target))
            return false;
        return parts.Length == 1 || Heading().Matches(WithoutCode(File.ReadAllText(target))).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]);
    }

    private static string WithoutCode(string text) => Code().Replace(text, "");

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} +(.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();
}
