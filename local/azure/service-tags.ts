/**
 * Names that stand for addresses in the rules of a security group, in lower case; these are one for the whole world.
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 */
const GLOBAL = words(`Internet VirtualNetwork AzureLoadBalancer
ActionGroup ApplicationInsightsAvailability AppConfiguration AppServiceManagement AzureActiveDirectory
AzureActiveDirectoryDomainServices AzureAdvancedThreatProtection AzureArcInfrastructure AzureAttestation AzureBackup
AzureBotService AzureCognitiveSearch AzureDatabricks AzureDataExplorerManagement AzureDataLake AzureDeviceUpdate
AzureDevSpaces AzureDigitalTwins AzureEventGrid AzureHealthcareAPIs AzureInformationProtection
AzureLoadTestingInstanceManagement AzureMachineLearning AzureMachineLearningInference AzureManagedGrafana AzureMonitor
AzureOpenDatasets AzurePlatformDNS AzurePlatformIMDS AzurePlatformLKM AzureResourceManager AzureSentinel AzureSignalR
AzureSiteRecovery AzureSphere AzureSpringCloud AzureStack AzureTrafficManager AzureUpdateDelivery ChaosStudio
CognitiveServicesFrontend CognitiveServicesManagement DataFactoryManagement Dynamics365BusinessCentral
EOPExternalPublishedIPs GatewayManager GuestAndHybridManagement KustoAnalytics LogicApps LogicAppsManagement
Marketplace MicrosoftAzureFluidRelay MicrosoftCloudAppSecurity MicrosoftDefenderForEndpoint
MicrosoftPurviewPolicyDistribution PowerBI PowerQueryOnline ServiceFabric SqlManagement StorageSyncService
WindowsAdminCenter WindowsVirtualDesktop`);

/** These may have a region behind them: `Storage.WestEurope`. */
const REGIONAL = words(`ApiManagement AppService AutonomousDevelopmentPlatform AzureCloud AzureConnectors
AzureContainerAppsService AzureContainerRegistry AzureCosmosDB AzureDevOps AzureFrontDoor.Frontend
AzureFrontDoor.Backend AzureFrontDoor.FirstParty AzureIoTHub AzureKeyVault AzureWebPubSub BatchNodeManagement
DataFactory Dynamics365ForMarketingEmail EventHub HDInsight M365ManagementActivityApi
M365ManagementActivityApiWebhook MicrosoftContainerRegistry PowerPlatformInfra PowerPlatformPlex ServiceBus Sql
Storage`);

/** The case of letters does not matter. */
export function isServiceTag(text: string): boolean {
  const tag = text.toLowerCase();
  return GLOBAL.has(tag) || REGIONAL.has(tag) || REGIONAL.has(tag.replace(/\.[a-z]+\d?$/, ''));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().split(/\s+/));
}
