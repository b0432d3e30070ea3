using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Validation;

public sealed class SuggestionTests
{
    private static readonly string[] Known = ["instructions", "output_modalities", "model", "tools", "tool_choice", "type", "id"];

    [Theory]
    [InlineData("instrutions", "instructions")]
    [InlineData("insrtuctions", "instructions")]
    [InlineData("instruction", "instructions")]
    [InlineData("INSTRUCTIONS", "instructions")]
    [InlineData("OutputModalities", "output_modalities")]
    [InlineData("output-modalities", "output_modalities")]
    [InlineData("ouptut_modalites", "output_modalities")]
    [InlineData("modle", "model")]
    [InlineData("tool", "tools")]
    [InlineData("toolchoice", "tool_choice")]
    [InlineData("Type", "type")]
    public void The_name_that_was_meant_is_found(string word, string expected) => Suggestion.Find(word, Known).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("___")]
    [InlineData("voice")]
    [InlineData("system_prompt")]
    [InlineData("temperature")]
    [InlineData("me")]
    public void No_name_is_suggested_that_is_too_different(string word) => Suggestion.Find(word, Known).Should().BeNull();

    [Fact]
    public void A_word_of_any_length_is_compared_in_bounded_time() => Suggestion.Find(new string('a', 10_000_000), [new string('b', 64)]).Should().BeNull();
}
