using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Xunit;

namespace AsrService.Contracts.Tests;

[Trait("Category", "Unit")]
public sealed class RoundTripTests
{
    private static readonly FileDescriptor[] Files =
    [
        V1.CommonReflection.Descriptor, V1.TranscriberReflection.Descriptor, V1.AlignerReflection.Descriptor,
        V1.OperationsReflection.Descriptor, V1.JobsReflection.Descriptor,
        Google.Rpc.StatusReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor,
    ];

    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(Files);
    private static readonly JsonFormatter JsonOut = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));
    private static readonly JsonParser JsonIn = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    public static TheoryData<string> Messages =>
        [.. Files.SelectMany(file => file.MessageTypes).Select(m => m.FullName)];

    [Theory, MemberData(nameof(Messages))]
    public void Message_EveryFieldSet_SurvivesBytesAndJson(string name)
    {
        var type = Files.SelectMany(file => file.MessageTypes).Single(message => message.FullName == name);
        foreach (var message in Filled(type, depth: 0))
        {
            var copy = type.Parser.ParseFrom(message.ToByteArray());

            Assert.Equal(message, copy);
            Assert.Equal(message, JsonIn.Parse(JsonOut.Format(message), type));
        }
    }

    [Fact]
    public void AudioChunk_SequenceZero_DiffersFromNoSequence()
    {
        var absent = V1.AudioChunk.Parser.ParseFrom(new V1.AudioChunk().ToByteArray());
        var zero = V1.AudioChunk.Parser.ParseFrom(new V1.AudioChunk { Sequence = 0 }.ToByteArray());

        Assert.False(absent.HasSequence);
        Assert.True(zero.HasSequence);
    }

    /// <summary>One message with every field set, and one more for every other member of its oneofs.</summary>
    private static IEnumerable<IMessage> Filled(MessageDescriptor type, int depth)
    {
        if (WellKnown(type) is { } known)
        {
            yield return known;
            yield break;
        }

        int members = type.Oneofs.Select(oneof => oneof.Fields.Count).Append(1).Max();
        for (int member = 0; member < members; member++)
        {
            var message = type.Parser.ParseFrom(ByteString.Empty);
            foreach (var field in type.Fields.InDeclarationOrder())
            {
                var oneof = field.RealContainingOneof;
                bool isChosen = oneof is null || oneof.Fields.IndexOf(field) == member % oneof.Fields.Count;
                if (isChosen) Set(message, field, depth);
            }

            yield return message;
        }
    }

    // These have rules of their own: a filler of fields would break them.
    private static IMessage? WellKnown(MessageDescriptor type) => type.ClrType switch
    {
        var clr when clr == typeof(Duration) => Duration.FromTimeSpan(TimeSpan.FromTicks(10_600_625)),
        var clr when clr == typeof(Timestamp) => Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(625)),
        var clr when clr == typeof(Any) => Any.Pack(new Google.Rpc.ErrorInfo { Reason = "IDLE", Domain = "asr.v1" }),
        _ => null,
    };

    private static void Set(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            ((System.Collections.IDictionary)field.Accessor.GetValue(message)).Add("key", "value");
        }
        else if (field.FieldType != FieldType.Message || depth < 8)
        {
            object value = Value(field, depth);
            if (field.IsRepeated) ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            else field.Accessor.SetValue(message, value);
        }
    }

    private static object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => true,
        FieldType.Float => 0.25f,
        FieldType.Int32 => -7,
        FieldType.UInt32 => 7u,
        FieldType.UInt64 => ulong.MaxValue,
        FieldType.String => "我们用 Redis",
        FieldType.Bytes => ByteString.CopyFrom(0, 255, 127),
        FieldType.Enum => field.EnumType.Values[^1].Number,
        FieldType.Message => Filled(field.MessageType, depth + 1).First(),
        _ => throw new NotSupportedException($"{field.FullName} is of a type not used so far: {field.FieldType}."),
    };
}
