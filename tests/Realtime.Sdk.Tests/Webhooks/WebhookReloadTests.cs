using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>Secrets are replaced while the application runs.</summary>
public sealed class WebhookReloadTests
{
    private static readonly Delivery WithOld = Delivery.Sign(Delivery.IncomingCall, Delivery.OldSecret), WithNew = Delivery.Sign(Delivery.IncomingCall);

    [Fact]
    public async Task Secrets_of_a_section_are_replaced_without_a_restart()
    {
        await using var app = await Application.StartAsync();
        var before = app.Statuses();

        app.Change(("Secrets:1", Delivery.Secret));
        var during = app.Statuses();
        app.Change(("Secrets:0", Delivery.Secret));
        var after = app.Statuses();

        before.Should().Equal(WebhookStatus.Verified, WebhookStatus.WrongSignature);
        during.Should().Equal(WebhookStatus.Verified, WebhookStatus.Verified);
        after.Should().Equal(WebhookStatus.WrongSignature, WebhookStatus.Verified);
        app.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Secrets:0", "canary-4711", "Secrets[0] has a key of 11 bytes, but must have 16 to 256.")]
    [InlineData("Secrets:0", "whsec_canary 4711", "Secrets[0] is not valid base64 after whsec_.")]
    [InlineData("Secrets:0", "", "Secrets[0] is blank.")]
    [InlineData("Tolerance", "canary", "OpenAI:Webhooks:Tolerance must be a duration like 00:05:00.")]
    [InlineData("Secret", "canary", "OpenAI:Webhooks:Secret is not an option, did you mean \"Secrets\"?")]
    public async Task An_invalid_change_is_logged_and_the_previous_secrets_stay_in_use(string key, string value, string fault)
    {
        await using var app = await Application.StartAsync();

        app.Change((key, value));

        app.Statuses().Should().Equal(WebhookStatus.Verified, WebhookStatus.WrongSignature);
        app.Warnings.Should().ContainSingle().Which.Should().Be($"The webhook options have changed and are not valid. The previous options stay in use. {fault}");
    }

    [Fact]
    public async Task A_valid_change_after_an_invalid_one_is_used()
    {
        await using var app = await Application.StartAsync();

        app.Change(("Secrets:0", ""));
        app.Change(("Secrets:0", Delivery.Secret));

        app.Statuses().Should().Equal(WebhookStatus.WrongSignature, WebhookStatus.Verified);
        app.Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task Options_from_code_are_read_again_when_their_source_signals_a_change()
    {
        var (source, secret) = (new Source(), (string?)Delivery.OldSecret);
        await using var provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(Delivery.Now))
            .AddSingleton<IOptionsChangeTokenSource<RealtimeWebhookOptions>>(source)
            .AddRealtimeWebhooks(options => options.Secrets.Add(secret ?? throw new InvalidOperationException("canary")))
            .BuildServiceProvider();
        var webhooks = provider.GetRequiredService<RealtimeWebhooks>();

        secret = Delivery.Secret;
        source.Signal();
        var replaced = WithNew.StatusBy(webhooks);
        secret = null;
        source.Signal();
        var kept = WithNew.StatusBy(webhooks);

        replaced.Should().Be(WebhookStatus.Verified);
        kept.Should().Be(WebhookStatus.Verified);
    }

    /// <summary>Other exceptions of the first creation are those of the callback.</summary>
    [Fact]
    public async Task An_exception_of_a_callback_is_logged_by_its_type_after_the_first_time()
    {
        var (source, log, isBroken) = (new Source(), new FakeLogCollector(), false);
        await using var provider = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log)))
            .AddSingleton<IOptionsChangeTokenSource<RealtimeWebhookOptions>>(source)
            .AddRealtimeWebhooks(options => options.Secrets.Add(isBroken ? throw new InvalidOperationException("canary") : Delivery.Secret))
            .BuildServiceProvider();
        provider.GetRequiredService<RealtimeWebhooks>();

        isBroken = true;
        source.Signal();

        log.GetSnapshot().Should().ContainSingle().Which.Message.Should().EndWith("The previous options stay in use. System.InvalidOperationException");
    }

    [Fact]
    public async Task Options_with_a_name_are_not_replaced_by_those_without()
    {
        await using var provider = new ServiceCollection().AddRealtimeWebhooks(options => options.Secrets.Add(Delivery.Secret)).BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<RealtimeWebhookOptions>>();

        options.CurrentValue.Secrets.Should().Equal(Delivery.Secret);
        options.Invoking(options => options.Get("another")).Should().Throw<OptionsValidationException>();
    }

    private sealed class Application : IAsyncDisposable
    {
        private readonly ConfigurationManager _configuration = new();
        private readonly FakeLogCollector _log = new();
        private readonly IHost _host;

        private Application()
        {
            _configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["OpenAI:Webhooks:Secrets:0"] = Delivery.OldSecret });
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_log)));
            builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Delivery.Now));
            builder.Services.AddRealtimeWebhooks(_configuration.GetSection("OpenAI:Webhooks"));
            _host = builder.Build();
        }

        public IEnumerable<string> Warnings => _log.GetSnapshot().Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

        public static async Task<Application> StartAsync()
        {
            var app = new Application();
            await app._host.StartAsync().WithTimeout();
            return app;
        }

        public void Change(params (string Key, string Value)[] members)
        {
            foreach (var (key, value) in members)
                _configuration[$"OpenAI:Webhooks:{key}"] = value;
            ((IConfigurationRoot)_configuration).Reload();
        }

        /// <summary>How a delivery with the old secret, and one with the new, are answered.</summary>
        public WebhookStatus[] Statuses()
        {
            var webhooks = _host.Services.GetRequiredService<RealtimeWebhooks>();
            return [WithOld.StatusBy(webhooks), WithNew.StatusBy(webhooks)];
        }

        public async ValueTask DisposeAsync()
        {
            await _host.StopAsync().WithTimeout();
            _host.Dispose();
            _configuration.Dispose();
        }
    }

    private sealed class Source : IOptionsChangeTokenSource<RealtimeWebhookOptions>
    {
        private CancellationTokenSource _signal = new();

        public string Name => Options.DefaultName;

        public IChangeToken GetChangeToken() => new CancellationChangeToken(_signal.Token);

        public void Signal() => Interlocked.Exchange(ref _signal, new()).Cancel();
    }
}
