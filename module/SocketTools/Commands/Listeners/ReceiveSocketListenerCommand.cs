using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>What the handlers of a listener wrote, as Receive-Job does for jobs.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketListener")]
[OutputType(typeof(PSObject), typeof(ListenerRecord))]
public sealed class ReceiveSocketListenerCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Channel")]
    public ChannelArgument[] Listener { get; set; } = null!;

    [Parameter]
    public SwitchParameter Keep { get; set; }

    [Parameter]
    public SwitchParameter AsRecord { get; set; }

    private protected override void Process()
    {
        foreach (ChannelArgument argument in Listener)
        {
            Target = argument.Value;
            Guard(() => Receive(argument.ToListener()));
        }
    }

    private void Receive(SocketListener listener)
    {
        if (Keep)
        {
            foreach (ListenerRecord record in listener.Records)
            {
                Write(record);
            }

            return;
        }

        while (listener.TryTakeRecord(out ListenerRecord? record))
        {
            Write(record!);
        }
    }

    private void Write(ListenerRecord record)
    {
        if (AsRecord)
        {
            WriteObject(record);
            return;
        }

        switch (record.Value)
        {
            case ErrorRecord error:
                WriteError(error);
                break;
            case WarningRecord warning:
                WriteWarning(warning.Message);
                break;
            case VerboseRecord verbose:
                WriteVerbose(verbose.Message);
                break;
            case DebugRecord debug:
                WriteDebug(debug.Message);
                break;
            case InformationRecord information:
                WriteInformation(information);
                break;
            case { } value:
                PSObject output = PSObject.AsPSObject(value);
                if (output.Properties["SocketClient"] is null)
                {
                    output.Properties.Add(new PSNoteProperty("SocketClient", record.Client), preValidated: true);
                }

                WriteObject(output);
                break;
            default:
                WriteObject(null);
                break;
        }
    }
}
