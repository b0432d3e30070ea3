using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

public sealed class CallHostOptionsTests
{
    [Fact]
    public async Task An_application_with_options_out_of_range_does_not_start()
    {
        var starting = () => TestApp.StartAsync(
            _ => { },
            builder => builder.Services.AddRealtimeEndpoints(options => (options.MaxCalls, options.DrainTimeout) = (0, TimeSpan.FromDays(2))));

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().Equal(
            "MaxCalls is 0, must be at least 1", "DrainTimeout is 2.00:00:00, must be 0 to 1.00:00:00");
    }

    [Fact]
    public async Task Options_of_several_registrations_are_combined()
    {
        await using var app = await TestApp.StartAsync(_ => { }, builder => builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = 7));

        app.App.Services.GetRequiredService<IOptions<RealtimeCallHostOptions>>().Value.Should().BeEquivalentTo(new { MaxCalls = 7, DrainTimeout = TimeSpan.Zero });
    }
}
