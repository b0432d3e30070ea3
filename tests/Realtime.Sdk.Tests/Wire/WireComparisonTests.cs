using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Wire;

public sealed class WireComparisonTests
{
    [Theory]
    [InlineData("""{"code":null,"a":{"usage":null}}""", """{"a":{}}""", true)]
    [InlineData("""{"later":null}""", """{"later":null}""", true)]
    [InlineData("""{"later":null}""", "{}", false)]
    [InlineData("""{"turn_detection":null}""", "{}", false)]
    [InlineData("{}", """{"code":null}""", false)]
    [InlineData("""{"code":null}""", """{"code":null}""", false)]
    [InlineData("""[{"a":1},null]""", """[{"a":1}]""", false)]
    public void Only_the_nulls_that_are_named_may_be_left_out_and_none_is_invented(string original, string written, bool isWrittenBack) =>
        WireComparison.IsWrittenBack(JsonNode.Parse(written), JsonNode.Parse(original)).Should().Be(isWrittenBack);
}
