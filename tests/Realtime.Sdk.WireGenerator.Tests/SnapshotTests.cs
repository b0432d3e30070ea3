namespace Realtime.Sdk.WireGenerator.Tests;

/// <summary>What is generated for each shape of a wire type: Shapes/X.cs gives Shapes/Expected/X.g.cs.</summary>
public sealed class SnapshotTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Realtime.Sdk.WireGenerator.Tests", "Shapes");

    public static TheoryData<string> Shapes => [.. Directory.EnumerateFiles(Folder, "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_is_generated_for_a_shape_is_what_was_agreed(string shape)
    {
        var expected = Path.Combine(Folder, "Expected", $"{shape}.g.cs");
        var source = File.ReadAllText(Path.Combine(Folder, $"{shape}.cs"));

        var generated = Generation.Run(Generation.Compile(source)).GeneratedSources
            .OrderBy(file => file.HintName, StringComparer.Ordinal)
            .Select(file => $"// ---- {file.HintName}\n{file.SourceText}");
        var actual = string.Join('\n', generated);
        if (Environment.GetEnvironmentVariable("REALTIME_SDK_APPROVE") == "1")
            File.WriteAllText(expected, actual);

        actual.Split('\n').Should().Equal(File.ReadAllText(expected).Split('\n'), "a change of the output is agreed by running this once with REALTIME_SDK_APPROVE=1");
    }

    [Fact]
    public void A_record_in_no_namespace_is_generated_in_none()
    {
        var generated = Generation.Run(Generation.Compile("public sealed partial record Plain : WireObject;")).GeneratedSources;

        generated.Should().ContainSingle().Which.SourceText.ToString().Should().NotContain("namespace");
    }

    [Fact]
    public void Every_expected_file_has_its_shape()
    {
        var expected = Directory.EnumerateFiles(Path.Combine(Folder, "Expected")).Select(file => Path.GetFileName(file).Replace(".g.cs", "", StringComparison.Ordinal));

        expected.Should().BeEquivalentTo(Shapes.Select(row => row.Data));
    }
}
