using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator.Tests;

/// <summary>What an edit costs: only what depends on it is generated again.</summary>
public sealed class IncrementalTests
{
    private const string Family = """
        namespace Example;

        public abstract partial record Signal : WireObject
        {
            [JsonPropertyName("type")]
            public abstract string Type { get; }

            internal abstract override void Check(Constraints constraints);
        }

        public sealed partial record UnknownSignal(string Type, JsonElement Json) : Signal, IUnknownVariant;
        """;

    private const string Bell = """
        namespace Example;

        [WireType("bell")]
        public sealed partial record Bell : Signal
        {
            [JsonPropertyName("volume")]
            public int? Volume { get; init; }

            internal override void Check(Constraints constraints) { }
        }
        """;

    private const string Lamp = """
        namespace Example.Lights;

        [WireType("lamp")]
        public sealed partial record Lamp : Signal
        {
            internal override void Check(Constraints constraints) { }
        }
        """;

    private const string Unrelated = "namespace Example; public static class Clock;";

    [Fact]
    public void An_unrelated_edit_generates_nothing_again()
    {
        var result = Edit([Family, Bell, Lamp, Unrelated], 3, "namespace Example; public static class Clock { public static int Hour => 12; }");

        GetChanged(result).Should().BeEmpty();
        result.TrackedOutputSteps.Should().NotBeEmpty();
        result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Should()
            .OnlyContain(output => output.Reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void A_comment_in_a_record_generates_nothing_again()
    {
        GetChanged(Edit([Family, Bell, Lamp], 1, Bell.Replace("public int?", "/* louder */ public int?", StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Fact]
    public void A_new_property_generates_its_record_again_and_nothing_else()
    {
        var edited = Bell.Replace("init; }", "init; } [JsonPropertyName(\"tone\")] public string? Tone { get; init; }", StringComparison.Ordinal);

        GetChanged(Edit([Family, Bell, Lamp], 1, edited)).Should().Equal("Example.Bell");
    }

    [Fact]
    public void Another_wire_type_generates_the_family_in_the_other_file_again()
    {
        var result = Edit([Family, Bell, Lamp], 1, Bell.Replace("\"bell\"", "\"gong\"", StringComparison.Ordinal));

        GetChanged(result).Should().Equal("Example.Bell", "Example.Signal", "Example.UnknownSignal");
        GetSource(result, "Example.Signal").Should().Contain("\"gong\" => Bell.Read(ref reader)").And.NotContain("\"bell\"");
        GetSource(result, "Example.UnknownSignal").Should().Contain("\"gong\", \"lamp\"");
    }

    [Fact]
    public void A_new_variant_in_another_file_and_namespace_is_read_by_its_family()
    {
        var result = Edit([Family, Bell, Unrelated], 2, Lamp);

        GetChanged(result).Should().Equal("Example.Lights.Lamp", "Example.Signal", "Example.UnknownSignal");
        GetSource(result, "Example.Signal").Should().Contain("\"lamp\" => global::Example.Lights.Lamp.Read(ref reader)");
    }

    [Fact]
    public void A_removed_variant_is_not_read_any_more()
    {
        var result = Edit([Family, Bell, Lamp], 2, Unrelated);

        GetSource(result, "Example.Signal").Should().NotContain("Lamp");
        result.GeneratedSources.Should().NotContain(file => file.HintName == "Example.Lights.Lamp.g.cs");
    }

    [Fact]
    public void An_error_that_stays_is_not_reported_anew()
    {
        var result = Edit(["namespace Example; public sealed record Bad : WireObject;", Unrelated], 1, "namespace Example; public static class Calendar;");

        result.Diagnostics.Should().ContainSingle();
        GetChanged(result).Should().BeEmpty();
    }

    /// <summary>Generates, replaces one file, and generates again.</summary>
    private static GeneratorRunResult Edit(string[] sources, int edited, string replacement)
    {
        var trees = sources.Select((source, index) => Generation.Parse($"File{index}.cs", source)).ToArray();
        var compilation = Generation.Compile(trees);
        var driver = Generation.CreateDriver().RunGenerators(compilation);

        return driver.RunGenerators(compilation.ReplaceSyntaxTree(trees[edited], Generation.Parse($"File{edited}.cs", replacement)))
            .GetRunResult().Results.Single();
    }

    /// <summary>The types whose code, or whose errors, are not what they were.</summary>
    private static IEnumerable<string> GetChanged(GeneratorRunResult result) => result.TrackedSteps[WireGenerator.TypesStep]
        .SelectMany(step => step.Outputs)
        .Where(output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified)
        .Select(output => output.Value.ToString()!)
        .Order(StringComparer.Ordinal);

    private static string GetSource(GeneratorRunResult result, string type) =>
        result.GeneratedSources.Single(file => file.HintName == $"{type}.g.cs").SourceText.ToString();
}
