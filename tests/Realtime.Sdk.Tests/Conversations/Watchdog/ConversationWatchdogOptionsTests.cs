namespace Realtime.Sdk.Tests.Conversations.Watchdog;

public sealed class ConversationWatchdogOptionsTests
{
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    public static TheoryData<string, ConversationWatchdogOptions> Invalid => new()
    {
        { "ServerSilence", new() { ServerSilence = TimeSpan.Zero } },
        { "ServerSilence", new() { ServerSilence = TwoDays } },
        { "ResponseTimeout", new() { ResponseTimeout = -TwoDays } },
        { "ResponseTimeout", new() { ResponseTimeout = TwoDays } },
        { "UserSilence", new() { UserSilence = TimeSpan.Zero } },
        { "UserSilence", new() { UserSilence = TimeSpan.MaxValue } },
        { "RepeatedFailures", new() { RepeatedFailures = 0 } },
        { "RateLimitShare", new() { RateLimitShare = double.NaN } },
        { "RateLimitShare", new() { RateLimitShare = -0.1 } },
        { "RateLimitShare", new() { RateLimitShare = 1.1 } },
        { "MaxRateLimitWait", new() { MaxRateLimitWait = TimeSpan.Zero } },
        { "MaxRateLimitWait", new() { MaxRateLimitWait = TwoDays } },
        { "ModelNotice", new() { ModelNotice = -TwoDays } },
        { "ModelNotice", new() { ModelNotice = TimeSpan.FromDays(1_001) } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_value_out_of_range_is_refused_by_its_name(string name, ConversationWatchdogOptions options)
    {
        options.Invoking(invalid => invalid.Validate()).Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void The_defaults_and_checks_that_are_off_are_valid()
    {
        new ConversationWatchdogOptions().Validate();
        new ConversationWatchdogOptions { ServerSilence = null, ResponseTimeout = null, RepeatedFailures = null, RateLimitShare = null, ModelNotice = null }.Validate();
        new RealtimeConversationOptions { Watchdog = null! }.Watchdog.Should().Be(new ConversationWatchdogOptions());
    }
}
