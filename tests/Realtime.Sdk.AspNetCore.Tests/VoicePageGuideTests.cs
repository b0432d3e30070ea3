namespace Realtime.Sdk.AspNetCore.Tests;

/// <summary>The C# code of docs/voice-page.md. Its script is tested in Realtime.Sdk.Browser.Tests.</summary>
public sealed class VoicePageGuideTests
{
    [Fact]
    public void Its_code_is_the_code_of_the_sample()
    {
        var missing = GuideCode.FindMissing("docs/voice-page.md", "../../samples/VoicePage/Program.cs", out var count);

        count.Should().Be(3);
        missing.Should().BeEmpty();
    }
}
