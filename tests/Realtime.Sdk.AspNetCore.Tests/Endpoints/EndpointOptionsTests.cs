using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Options are checked when an endpoint is mapped, and all faults are reported at once.</summary>
public sealed class EndpointOptionsTests
{
    private const string Prefix = "The options of the endpoint are not valid: ", Suffix = ". (Parameter 'options')";

    [Fact]
    public void A_call_takes_no_options_of_client_secrets()
    {
        Fail(Door.WebRtc, new() { SessionOnly = true, ExpiresAfter = TimeSpan.FromMinutes(1) }).Should().Be(
            $"{Prefix}SessionOnly has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets; "
            + $"ExpiresAfter has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets{Suffix}");
    }

    [Fact]
    public void A_client_secret_takes_no_options_of_calls()
    {
        var options = new RealtimeEndpointOptions
        {
            Run = (_, _) => Task.CompletedTask,
            OnEnded = (_, _) => default,
            MaxCallsPerUser = 1,
            OnForeignChange = ForeignChangeAction.Warn,
            IdleTimeout = TimeSpan.FromMinutes(1),
            PingTimeout = TimeSpan.FromMinutes(1),
        };

        Fail(Door.ClientSecrets, options).Should().Be(
            Prefix + string.Join("; ", new[] { "Run", "OnEnded", "MaxCallsPerUser", "OnForeignChange", "IdleTimeout", "PingTimeout" }
                .Select(name => $"{name} has no meaning here, must not be set: it is an option of MapRealtimeWebRtc")) + Suffix);
    }

    [Fact]
    public void Options_of_a_call_out_of_range_are_reported_at_once()
    {
        var options = new RealtimeEndpointOptions
        {
            BodyTimeout = TimeSpan.Zero,
            RateLimit = new() { Requests = 0, Period = TimeSpan.FromSeconds(-1) },
            AllowedOrigins = ["https://www.example.com/"],
            MaxCallsPerUser = 0,
            IdleTimeout = TimeSpan.Zero,
            PingTimeout = TimeSpan.FromSeconds(-2),
        };

        Fail(Door.WebRtc, options).Should().Be(
            $"{Prefix}BodyTimeout is 00:00:00, must be more than zero and at most 01:00:00; RateLimit.Requests is 0, must be at least 1; "
            + "RateLimit.Period is -00:00:01, must be more than zero; "
            + "AllowedOrigins contains \"https://www.example.com/\", must be origins such as https://www.example.com, without path and wildcard; "
            + "MaxCallsPerUser is 0, must be at least 1; IdleTimeout is 00:00:00, must be more than zero, or Timeout.InfiniteTimeSpan; "
            + $"PingTimeout is -00:00:02, must be more than zero{Suffix}");
    }

    [Fact]
    public void A_relay_takes_no_options_of_the_other_endpoints()
    {
        var options = new RealtimeEndpointOptions
        {
            SessionOnly = true,
            ExpiresAfter = TimeSpan.FromMinutes(1),
            OnForeignChange = ForeignChangeAction.Warn,
            IdleTimeout = TimeSpan.FromMinutes(1),
            PingTimeout = TimeSpan.FromMinutes(1),
        };

        Fail(Door.Relay, options).Should().Be(
            $"{Prefix}SessionOnly has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets; "
            + "ExpiresAfter has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets; "
            + string.Join("; ", new[] { "OnForeignChange", "IdleTimeout", "PingTimeout" }.Select(name => $"{name} has no meaning here, must not be set: it is an option of MapRealtimeWebRtc"))
            + Suffix);
    }

    [Fact]
    public void A_telephone_call_takes_no_options_of_pages()
    {
        var options = new RealtimeEndpointOptions
        {
            AllowedOrigins = ["https://www.example.com"],
            MaxCallsPerUser = 1,
            OnForeignChange = ForeignChangeAction.Warn,
            PingTimeout = TimeSpan.FromMinutes(1),
            PrepareTimeout = TimeSpan.Zero,
            IdleTimeout = TimeSpan.Zero,
            SessionOnly = true,
            AllowMissingOrigin = true,
        };

        Fail(Door.IncomingCalls, options).Should().Be(
            $"{Prefix}PrepareTimeout is 00:00:00, must be more than zero and at most 01:00:00; IdleTimeout is 00:00:00, must be more than zero, or Timeout.InfiniteTimeSpan; "
            + string.Join("; ", new[] { "AllowedOrigins", "MaxCallsPerUser", "OnForeignChange", "PingTimeout" }.Select(name => $"{name} has no meaning here, must not be set: it is an option of MapRealtimeWebRtc"))
            + "; SessionOnly has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets"
            + $"; AllowMissingOrigin has no meaning here, must not be set: it is an option of MapRealtimeRelay{Suffix}");
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public void The_other_endpoints_take_no_options_of_a_relay(Door door)
    {
        Fail(door, new() { Relay = new(), AllowMissingOrigin = true }).Should().Be(
            $"{Prefix}Relay has no meaning here, must not be set: it is an option of MapRealtimeRelay; "
            + $"AllowMissingOrigin has no meaning here, must not be set: it is an option of MapRealtimeRelay{Suffix}");
    }

    [Fact]
    public void Options_of_a_relay_out_of_range_are_reported_at_once()
    {
        var options = new RealtimeEndpointOptions
        {
            BodyTimeout = TimeSpan.Zero,
            RateLimit = new() { Requests = 0, Period = TimeSpan.Zero },
            AllowedOrigins = ["*"],
            MaxCallsPerUser = 0,
            SessionOnly = true,
            Relay = new()
            {
                MaxMessageBytes = 1_023,
                MaxBytesPerSecond = 1_023,
                MaxRefusedEvents = -1,
                MaxBufferedBytes = (64 * 1024) - 1,
                SlowClientTimeout = TimeSpan.FromMilliseconds(99),
                IdleTimeout = TimeSpan.Zero,
                MaxDuration = TimeSpan.FromDays(2),
                Policy = new() { ClientEvents = ["session.avatar"], SessionMembers = ["session.voice"], ResponseMembers = [""] },
            },
        };

        Fail(Door.Relay, options).Should().Be(
            $"{Prefix}BodyTimeout is 00:00:00, must be more than zero and at most 01:00:00; RateLimit.Requests is 0, must be at least 1; "
            + "RateLimit.Period is 00:00:00, must be more than zero; AllowedOrigins contains \"*\", must be origins such as https://www.example.com, without path and wildcard; "
            + "MaxCallsPerUser is 0, must be at least 1; SessionOnly has no meaning here, must not be set: it is an option of MapRealtimeClientSecrets; "
            + "Relay: The options of the relay are not valid: MaxMessageBytes is 1023, must be from 1024 to 16777216; MaxBytesPerSecond is 1023, must be at least 1024; "
            + "MaxRefusedEvents is -1, must be at least 0; MaxBufferedBytes is 65535, must be at least 65536; "
            + "SlowClientTimeout is 00:00:00.0990000, must be from 00:00:00.1000000 to 1.00:00:00; "
            + "IdleTimeout is 00:00:00, must be more than zero and at most 1.00:00:00; MaxDuration is 2.00:00:00, must be more than zero and at most 1.00:00:00; "
            + "Policy.ClientEvents contains \"session.avatar\", must be types of events that a relay can forward; "
            + "SessionMembers contains \"session.voice\", must be names of members, separated by dots, such as audio.output.voice; "
            + $"ResponseMembers contains \"\", must be names of members, separated by dots, such as audio.output.voice{Suffix}");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10.5)]
    [InlineData(7201)]
    public void The_expiry_of_a_client_secret_is_whole_seconds_in_the_range_of_the_service(double seconds)
    {
        var expiry = TimeSpan.FromSeconds(seconds);

        Fail(Door.ClientSecrets, new() { ExpiresAfter = expiry }).Should().Be(
            $"{Prefix}ExpiresAfter is {expiry}, must be whole seconds from 00:00:10 to 02:00:00{Suffix}");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*.example.com")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("https://example.com/path")]
    [InlineData("https://example.com:443")]
    [InlineData("https://Example.com")]
    [InlineData("https://user@example.com")]
    [InlineData("https://bücher.example")]
    [InlineData("https://example.com?query")]
    [InlineData("ftp://example.com")]
    [InlineData("file:///page.html")]
    public void An_origin_that_no_browser_sends_is_refused(string origin)
    {
        Fail(Door.ClientSecrets, new() { AllowedOrigins = [origin] }).Should().Be(
            $"{Prefix}AllowedOrigins contains \"{origin.Replace("user@", "***@")}\", must be origins such as https://www.example.com, without path and wildcard{Suffix}");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Values_at_the_bounds_are_accepted(Door door)
    {
        var options = new RealtimeEndpointOptions
        {
            BodyTimeout = TimeSpan.FromHours(1),
            RateLimit = new() { Requests = 1, Period = TimeSpan.FromTicks(1) },
            AllowedOrigins = ["https://www.example.com", "http://localhost:3000", "https://[::1]:8443"],
        };
        options = door.Name switch
        {
            "WebRtc" => options with { MaxCallsPerUser = 1, IdleTimeout = Timeout.InfiniteTimeSpan, PingTimeout = TimeSpan.FromTicks(1) },
            "Relay" => options with
            {
                MaxCallsPerUser = 1,
                AllowMissingOrigin = true,
                Relay = new()
                {
                    MaxMessageBytes = 1_024,
                    MaxBytesPerSecond = 1_024,
                    MaxRefusedEvents = 0,
                    MaxBufferedBytes = 64 * 1024,
                    SlowClientTimeout = TimeSpan.FromMilliseconds(100),
                    IdleTimeout = TimeSpan.FromTicks(1),
                    MaxDuration = TimeSpan.FromDays(1),
                },
            },
            _ => options with { ExpiresAfter = TimeSpan.FromSeconds(10) },
        };

        await using var app = await TestApp.StartAsync(app => door.Map(app, "/door", options).RequireAuthorization());

        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void An_agent_needs_a_name(string? agent)
    {
        using var app = (IDisposable)CreateApp();

        var map = () => ((WebApplication)app).MapRealtimeWebRtc("/door", agent!);

        map.Should().Throw<ArgumentException>().WithParameterName(nameof(agent));
    }

    private static string Fail(Door door, RealtimeEndpointOptions options)
    {
        using var app = (IDisposable)CreateApp();
        var map = () => door.Map((WebApplication)app, "/door", options);
        return map.Should().Throw<ArgumentException>().Which.Message;
    }

    private static WebApplication CreateApp()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddRealtimeEndpoints();
        return builder.Build();
    }
}
