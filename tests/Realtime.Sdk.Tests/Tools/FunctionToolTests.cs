using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Tools;

/// <summary>One function tool that the service does not accept makes it refuse the whole session.</summary>
public sealed class FunctionToolTests
{
    private const string NameRule = "should be 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash: otherwise the service rejects the session";

    private const string RootRule = "should be \"object\": otherwise the service rejects the session";

    [Theory]
    [InlineData("get_weather")]
    [InlineData("Get-Weather2")]
    [InlineData("x")]
    public void A_plain_name_is_fine(string name) => Check(new() { Name = name }).Should().BeEmpty();

    [Theory]
    [InlineData("get weather")]
    [InlineData("wetter.größe")]
    [InlineData("get_weather\n")]
    public void Any_other_name_is_a_warning(string name) =>
        Check(new() { Name = name }).Should().ContainSingle().Which.Should()
            .BeEquivalentTo(new { Path = "tools[1].name", Rule = NameRule, Severity = ConstraintSeverity.Warning });

    [Fact]
    public void A_name_of_more_than_64_characters_is_a_warning()
    {
        Check(new() { Name = new('n', 64) }).Should().BeEmpty();
        Check(new() { Name = new('n', 65) }).Warnings().Should().ContainSingle().Which.Should().StartWith("tools[1].name is \"nnn").And.EndWith(NameRule);
    }

    [Fact]
    public void A_description_of_more_than_1024_characters_is_a_warning()
    {
        Check(new() { Name = "f", Description = new('d', 1024) }).Should().BeEmpty();
        Check(new() { Name = "f", Description = new('d', 2000) }).Warnings().Should()
            .Equal("tools[1].description is 2000 characters, should be at most 1024: otherwise the service rejects the session");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"properties":{"city":{"type":"string"}}}""")]
    [InlineData("""{"type":"string"}""")]
    [InlineData("""{"type":["object","null"]}""")]
    [InlineData("""{"anyOf":[{"type":"object"}]}""")]
    public void Parameters_without_an_object_at_the_root_are_a_warning(string schema) =>
        Check(new() { Name = "f", Parameters = JsonSchema.Parse(schema) }).Warnings().Should().ContainSingle()
            .Which.Should().Be($"tools[1].parameters.type {RootRule}");

    [Theory]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"city":{"default":"Rome"}}}""")]
    public void Parameters_need_not_be_strict(string schema) => Check(new() { Name = "f", Parameters = JsonSchema.Parse(schema) }).Should().BeEmpty();

    [Fact]
    public void Tools_of_a_response_and_of_a_flat_session_are_checked_alike()
    {
        FunctionTool tool = new() { Name = "get weather" };

        new ResponseCreateEvent { Response = new() { Tools = [tool] } }.Validate().Warnings()
            .Should().Equal($"response.tools[0].name is \"get weather\", {NameRule}");
        new LegacySessionConfiguration { Tools = [tool] }.Validate().Warnings()
            .Should().Equal($"tools[0].name is \"get weather\", {NameRule}");
    }

    private static IReadOnlyList<ConstraintViolation> Check(FunctionTool tool) =>
        new RealtimeSessionConfiguration { Tools = [new FunctionTool { Name = "first" }, tool] }.Validate();
}
