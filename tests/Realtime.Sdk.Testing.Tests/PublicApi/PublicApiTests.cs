using PublicApiGenerator;

namespace Realtime.Sdk.Testing.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "PublicApi");
        var agreed = File.ReadAllText(Path.Combine(folder, "Realtime.Sdk.Testing.txt"));

        var actual = typeof(RealtimeEmulator).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        File.WriteAllText(Path.Combine(folder, "Realtime.Sdk.Testing.actual.txt"), actual);

        actual.Split('\n').Should().Equal(agreed.Split('\n'), $"a change of the surface is agreed by copying the .actual.txt from {folder} over the listing");
    }
}
