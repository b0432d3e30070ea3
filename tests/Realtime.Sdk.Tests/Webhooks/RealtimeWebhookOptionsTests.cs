using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Realtime.Sdk.Tests.Configuration;

namespace Realtime.Sdk.Tests.Webhooks;

public sealed class RealtimeWebhookOptionsTests
{
    [Theory]
    [InlineData("""{}""", "The configuration section OpenAI:Webhooks is missing or has no members.", "Secrets must contain 1 to 10 secrets.")]
    [InlineData("""{"Tolerance":"00:05:00"}""", "Secrets must contain 1 to 10 secrets.")]
    [InlineData("""{"Secrets":[]}""", "Secrets must contain 1 to 10 secrets.")]
    [InlineData("""{"Secrets":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""", "OpenAI:Webhooks:Secrets must be a list of strings.", "Secrets must contain 1 to 10 secrets.")]
    [InlineData("""{"Secrets":{"a":{"b":"canary-4711-canary"}}}""", "OpenAI:Webhooks:Secrets must be a list of strings.", "Secrets must contain 1 to 10 secrets.")]
    [InlineData("""{"Secrets":["",null," "]}""", "Secrets[0] is blank.", "Secrets[1] is blank.", "Secrets[2] is blank.")]
    [InlineData("""{"Secrets":["canary-4711"]}""", "Secrets[0] has a key of 11 bytes, but must have 16 to 256.")]
    [InlineData("""{"Secrets":["whsec_","whsec_Y2FuYXJ5","whsec_canary 4711","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"]}""",
        "Secrets[0] has a key of 0 bytes, but must have 16 to 256.", "Secrets[1] has a key of 6 bytes, but must have 16 to 256.", "Secrets[2] is not valid base64 after whsec_.", "Secrets[3] is not valid base64 after whsec_.")]
    [InlineData("""{"Secrets":["an endpoint's canary\n"]}""", "Secrets[0] begins or ends with white space.")]
    [InlineData("""{"Secrets":["an endpoint's secret"],"Tolerance":"00:00:00"}""", "Tolerance must be more than 0 and at most an hour.")]
    [InlineData("""{"Secrets":["an endpoint's secret"],"Tolerance":"-00:00:00.001"}""", "Tolerance must be more than 0 and at most an hour.")]
    [InlineData("""{"Secrets":["an endpoint's secret"],"Tolerance":"01:00:01"}""", "Tolerance must be more than 0 and at most an hour.")]
    [InlineData("""{"Secrets":["an endpoint's secret"],"Tolerance":"300"}""", "OpenAI:Webhooks:Tolerance must be a duration like 00:05:00.")]
    [InlineData("""{"Secrets":["an endpoint's secret"],"TimeProvider":"x"}""", "OpenAI:Webhooks:TimeProvider can only be set in code.")]
    [InlineData("""{"Secret":["an endpoint's canary"],"Toleranse":"00:05:00"}""",
        "OpenAI:Webhooks:Secret is not an option, did you mean \"Secrets\"?",
        "OpenAI:Webhooks:Toleranse is not an option, did you mean \"Tolerance\"?", "Secrets must contain 1 to 10 secrets.")]
    public async Task A_host_with_wrong_options_does_not_start_and_names_every_fault_and_no_secret(string section, params string[] expected)
    {
        var host = await StartAsync(section);

        host.Failures.Should().BeEquivalentTo(expected);
        host.Failures.Should().NotContain(fault => fault.Contains("canary", StringComparison.Ordinal) || fault.Contains("MfKQ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"Secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}""")]
    [InlineData("""{"secrets":["an endpoint's secret","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"tolerance":"01:00:00"}""")]
    public async Task A_host_with_valid_options_starts(string section)
    {
        (await StartAsync(section)).Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task More_than_ten_secrets_keep_the_host_from_starting()
    {
        var secrets = Enumerable.Range(0, 11).Select(i => $"\"an endpoint's secret {i}\"").ToArray();

        (await StartAsync($$"""{"Secrets":[{{string.Join(',', secrets)}}]}""")).Failures.Should().Equal("Secrets must contain 1 to 10 secrets.");
        (await StartAsync($$"""{"Secrets":[{{string.Join(',', secrets[1..])}}]}""")).Failures.Should().BeEmpty();
    }

    [Fact]
    public void A_verifier_without_dependency_injection_refuses_wrong_options_at_once_and_quotes_no_secret()
    {
        var options = new RealtimeWebhookOptions { Secrets = { "canary-4711", "" }, Tolerance = TimeSpan.Zero };
        var create = () => new RealtimeWebhooks(options);

        create.Should().Throw<ArgumentException>().Which.Message.Should()
            .StartWith("Secrets[0] has a key of 11 bytes, but must have 16 to 256. Secrets[1] is blank. Tolerance must be more than 0 and at most an hour.")
            .And.NotContain("canary");
    }

    [Fact]
    public void Options_that_change_after_they_were_used_have_no_effect()
    {
        var options = Delivery.Options(TimeProvider.System, Delivery.OldSecret);
        var webhooks = new RealtimeWebhooks(options);

        options.Secrets[0] = Delivery.Secret;
        options.Tolerance = TimeSpan.FromTicks(1);

        Delivery.Sign(Delivery.IncomingCall, Delivery.OldSecret, DateTimeOffset.UtcNow.AddMinutes(-1)).StatusBy(webhooks).Should().Be(WebhookStatus.Verified);
        Delivery.Sign(Delivery.IncomingCall, Delivery.Secret, DateTimeOffset.UtcNow).StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);
    }

    [Fact]
    public async Task A_verifier_in_a_container_is_a_singleton_with_the_clock_of_the_container()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Delivery.Now);
        await using var provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddRealtimeWebhooks(options => options.Secrets.Add(Delivery.Secret))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });

        var webhooks = provider.GetRequiredService<RealtimeWebhooks>();

        webhooks.Should().BeSameAs(provider.GetRequiredService<RealtimeWebhooks>());
        Delivery.Sign(Delivery.IncomingCall).StatusBy(webhooks).Should().Be(WebhookStatus.Verified);
    }

    [Fact]
    public async Task A_verifier_cannot_be_resolved_with_wrong_options_before_the_host_starts()
    {
        await using var provider = new ServiceCollection().AddRealtimeWebhooks(_ => { }).BuildServiceProvider();

        provider.Invoking(services => services.GetRequiredService<RealtimeWebhooks>()).Should().Throw<OptionsValidationException>();
    }

    [Fact]
    public void Options_show_no_secret()
    {
        var options = new RealtimeWebhookOptions { Secrets = { "an endpoint's canary" } };

        options.ToString().Should().NotContain("canary");
        JsonSerializer.Serialize(options).Should().Contain("Tolerance").And.NotContain("canary");
        new RealtimeWebhooks(options).ToString().Should().NotContain("canary");
    }

    private static Task<StartedHost> StartAsync(string section) =>
        StartedHost.WithAsync($$$"""{"OpenAI":{"Webhooks":{{{section}}}}}""", (services, configuration) => services.AddRealtimeWebhooks(configuration.GetSection("OpenAI:Webhooks")));
}
