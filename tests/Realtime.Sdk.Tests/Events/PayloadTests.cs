using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Conventions;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Events;

/// <summary>
/// Every payload under Payloads, and under the folder that REALTIME_SDK_WIRE_EXAMPLES names if it is set: client, server, beta and
/// translation messages, one a file.
/// </summary>
public sealed class PayloadTests
{
    private static readonly string[] Folders = ["client", "server", "beta/client", "beta/server", "translation/client", "translation/server"];

    public static TheoryData<string> Payloads
    {
        get
        {
            string?[] roots = [OwnPayloads, Environment.GetEnvironmentVariable("REALTIME_SDK_WIRE_EXAMPLES")];
            return
            [
                .. from root in roots
                   where !string.IsNullOrEmpty(root)
                   from folder in Folders
                   from file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.json")
                   select file,
            ];
        }
    }

    private static string OwnPayloads => Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Events/Payloads");

    [Theory, MemberData(nameof(Payloads))]
    public void A_message_is_read_and_written_without_loss(string file)
    {
        var original = File.ReadAllText(file);

        var written = ReadAndWrite(file, Encoding.UTF8.GetBytes(original), out var read);

        read.Should().NotBeAssignableTo<IUnknownVariant>().And.NotBeOfType<MalformedEvent>().And.NotBeOfType<MalformedTranslationEvent>();
        WireComparison.ShouldBeWrittenBack(written, original);
    }

    [Fact]
    public void Every_event_record_has_a_payload()
    {
        var records = typeof(ServerEvent).Assembly.GetExportedTypes()
            .Where(type => type.IsSealed && new[] { typeof(ServerEvent), typeof(ClientEvent), typeof(TranslationServerEvent), typeof(TranslationClientEvent) }.Any(type.IsSubclassOf))
            .Where(type => !type.Name.StartsWith("Unknown", StringComparison.Ordinal) && !type.Name.StartsWith("Malformed", StringComparison.Ordinal));

        var read = Directory.EnumerateFiles(OwnPayloads, "*.json", SearchOption.AllDirectories).Select(file =>
        {
            ReadAndWrite(file, File.ReadAllBytes(file), out var message);
            return message.GetType();
        });

        records.Except(read).Should().BeEmpty();
    }

    [Fact]
    public void Every_payload_is_an_example_of_the_contract_or_listed_with_where_it_comes_from()
    {
        var sources = File.ReadAllText(Path.Combine(OwnPayloads, "README.md"));

        var others =
            from file in Directory.EnumerateFiles(OwnPayloads, "*.json", SearchOption.AllDirectories)
            let name = Path.GetFileNameWithoutExtension(file)
            let type = JsonElement.Parse(File.ReadAllText(file)).GetProperty("type").GetString()!
            where name != type
            select $"{name}.json";

        others.Where(name => !sources.Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static string ReadAndWrite(string file, byte[] message, out WireObject read)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        if (folder.EndsWith("translation/client", StringComparison.Ordinal))
            return Written(read = RealtimeJson.Deserialize<TranslationClientEvent>(message));
        if (folder.EndsWith("translation/server", StringComparison.Ordinal))
            return Written(read = new TranslationEventReader().Read(message));
        if (folder.EndsWith("client", StringComparison.Ordinal))
            return Written(read = RealtimeJson.Deserialize<ClientEvent>(message));
        return Written(read = new ServerEventReader().Read(message));
    }

    private static string Written(WireObject message) => message switch
    {
        ClientEvent client => JsonSerializer.Serialize(client),
        ServerEvent server => JsonSerializer.Serialize(server),
        TranslationClientEvent client => JsonSerializer.Serialize(client),
        TranslationServerEvent server => JsonSerializer.Serialize(server),
        _ => throw new ArgumentException("Not an event.", nameof(message)),
    };
}
