namespace Realtime.Sdk.Testing.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Runs() => true.Should().BeTrue();
}
