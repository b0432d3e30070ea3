using System.Text.RegularExpressions;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>What the README promises is there, and its program is one that is built and run.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Its_program_is_the_beginning_of_the_Quickstart()
    {
        var program = Block().Match(Readme).Groups[1].Value;

        program.Split('\n').Should().HaveCountGreaterThan(10);
        File.ReadAllText(Path.Combine(Repository.Root, "samples/Quickstart/Program.cs")).Should().StartWith(program);
    }

    [Fact]
    public void Its_first_screen_names_the_two_commands()
    {
        Readme.Split('\n').Take(20).Should().Contain("dotnet run --project samples/Quickstart").And.Contain("dotnet test Realtime.Sdk.sln");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("samples/README.md")]
    [InlineData("samples/EmulatorServer/README.md")]
    [InlineData("samples/TestATelephoneCall/README.md")]
    [InlineData("docs/emulator.md")]
    [InlineData("docs/conversations.md")]
    [InlineData("docs/functions.md")]
    [InlineData("docs/recordings.md")]
    [InlineData("samples/ToolCalls/README.md")]
    public void Its_links_lead_somewhere(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        var targets = Link().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value.Split('#')[0]).Where(target => target is not "" && !target.Contains("://", StringComparison.Ordinal)).ToArray();

        targets.Should().NotBeEmpty();
        targets.Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target))).Should().BeEmpty();
    }

    [Fact]
    public void Every_sample_is_in_the_index_and_short()
    {
        var samples = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "samples")).ToArray();
        var index = File.ReadAllText(Path.Combine(Repository.Root, "samples/README.md"));

        samples.Should().NotBeEmpty();
        samples.Where(sample => !index.Contains($"]({Path.GetFileName(sample)})", StringComparison.Ordinal)).Should().BeEmpty();
        samples.SelectMany(sample => Directory.EnumerateFiles(sample, "*.cs")).Where(file => File.ReadLines(file).Count() >= 80).Should().BeEmpty();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\[[^\]]+\]\(([^)]+)\)")]
    private static partial Regex Link();
}
