import type { AccountBody } from './account-body.ts';
import { isDateText, isList, isNone, isObject } from './body-parts.ts';
import type { PoolBody } from './pool-body.ts';

/* Written by `npm run pages` from the schemas of the bodies; not by hand. What is wrong, only the schemas say. */

export function isAccountBody(body: unknown): body is AccountBody {
  if (!isObject(body)) return false;
  const id = body.id;
  if (typeof id !== 'string') return false;
  const location = body.location;
  if (!isNone(location) && typeof location !== 'string') return false;
  const tags = body.tags;
  if (!isNone(tags)) {
    if (!isObject(tags)) return false;
    for (const value of Object.values(tags)) {
      if (typeof value !== 'string') return false;
    }
  }
  const identity = body.identity;
  if (!isNone(identity)) {
    if (!isObject(identity)) return false;
    const type = identity.type;
    if (!isNone(type) && typeof type !== 'string') return false;
    const principalId = identity.principalId;
    if (!isNone(principalId) && typeof principalId !== 'string') return false;
    const tenantId = identity.tenantId;
    if (!isNone(tenantId) && typeof tenantId !== 'string') return false;
    const userAssignedIdentities = identity.userAssignedIdentities;
    if (!isNone(userAssignedIdentities)) {
      if (!isObject(userAssignedIdentities)) return false;
      for (const value2 of Object.values(userAssignedIdentities)) {
        if (value2 !== null) {
          if (!isObject(value2)) return false;
          const principalId2 = value2.principalId;
          if (!isNone(principalId2) && typeof principalId2 !== 'string') return false;
          const clientId = value2.clientId;
          if (!isNone(clientId) && typeof clientId !== 'string') return false;
        }
      }
    }
  }
  const properties = body.properties;
  if (!isObject(properties)) return false;
  const allowedAuthenticationModes = properties.allowedAuthenticationModes;
  if (!isNone(allowedAuthenticationModes)) {
    if (!isList(allowedAuthenticationModes)) return false;
    for (const item of allowedAuthenticationModes) {
      if (typeof item !== 'string') return false;
    }
  }
  const autoStorage = properties.autoStorage;
  if (!isNone(autoStorage)) {
    if (!isObject(autoStorage)) return false;
    const storageAccountId = autoStorage.storageAccountId;
    if (typeof storageAccountId !== 'string') return false;
    const authenticationMode = autoStorage.authenticationMode;
    if (!isNone(authenticationMode) && typeof authenticationMode !== 'string') return false;
    const nodeIdentityReference = autoStorage.nodeIdentityReference;
    if (!isNone(nodeIdentityReference)) {
      if (!isObject(nodeIdentityReference)) return false;
      const resourceId = nodeIdentityReference.resourceId;
      if (!isNone(resourceId) && typeof resourceId !== 'string') return false;
    }
  }
  const publicNetworkAccess = properties.publicNetworkAccess;
  if (!isNone(publicNetworkAccess) && typeof publicNetworkAccess !== 'string') return false;
  const networkProfile = properties.networkProfile;
  if (!isNone(networkProfile)) {
    if (!isObject(networkProfile)) return false;
    const accountAccess = networkProfile.accountAccess;
    if (!isNone(accountAccess)) {
      if (!isObject(accountAccess)) return false;
      const defaultAction = accountAccess.defaultAction;
      if (!isNone(defaultAction) && typeof defaultAction !== 'string') return false;
      const ipRules = accountAccess.ipRules;
      if (!isNone(ipRules)) {
        if (!isList(ipRules)) return false;
        for (const item2 of ipRules) {
          if (!isObject(item2)) return false;
          const value3 = item2.value;
          if (typeof value3 !== 'string') return false;
        }
      }
    }
    const nodeManagementAccess = networkProfile.nodeManagementAccess;
    if (!isNone(nodeManagementAccess)) {
      if (!isObject(nodeManagementAccess)) return false;
      const defaultAction2 = nodeManagementAccess.defaultAction;
      if (!isNone(defaultAction2) && typeof defaultAction2 !== 'string') return false;
      const ipRules2 = nodeManagementAccess.ipRules;
      if (!isNone(ipRules2)) {
        if (!isList(ipRules2)) return false;
        for (const item3 of ipRules2) {
          if (!isObject(item3)) return false;
          const value4 = item3.value;
          if (typeof value4 !== 'string') return false;
        }
      }
    }
  }
  const privateEndpointConnections = properties.privateEndpointConnections;
  if (!isNone(privateEndpointConnections)) {
    if (!isList(privateEndpointConnections)) return false;
    for (const item4 of privateEndpointConnections) {
      if (!isObject(item4)) return false;
      const name = item4.name;
      if (!isNone(name) && typeof name !== 'string') return false;
      const properties2 = item4.properties;
      if (!isNone(properties2)) {
        if (!isObject(properties2)) return false;
        const provisioningState = properties2.provisioningState;
        if (!isNone(provisioningState) && typeof provisioningState !== 'string') return false;
        const groupIds = properties2.groupIds;
        if (!isNone(groupIds)) {
          if (!isList(groupIds)) return false;
          for (const item5 of groupIds) {
            if (typeof item5 !== 'string') return false;
          }
        }
        const privateLinkServiceConnectionState = properties2.privateLinkServiceConnectionState;
        if (!isNone(privateLinkServiceConnectionState)) {
          if (!isObject(privateLinkServiceConnectionState)) return false;
          const status = privateLinkServiceConnectionState.status;
          if (!isNone(status) && typeof status !== 'string') return false;
        }
      }
    }
  }
  const encryption = properties.encryption;
  if (!isNone(encryption)) {
    if (!isObject(encryption)) return false;
    const keySource = encryption.keySource;
    if (!isNone(keySource) && typeof keySource !== 'string') return false;
    const keyVaultProperties = encryption.keyVaultProperties;
    if (!isNone(keyVaultProperties)) {
      if (!isObject(keyVaultProperties)) return false;
      const keyIdentifier = keyVaultProperties.keyIdentifier;
      if (!isNone(keyIdentifier) && typeof keyIdentifier !== 'string') return false;
    }
  }
  const poolAllocationMode = properties.poolAllocationMode;
  if (!isNone(poolAllocationMode) && typeof poolAllocationMode !== 'string') return false;
  return true;
}

export function isPoolBody(body: unknown): body is PoolBody {
  if (!isObject(body)) return false;
  const id = body.id;
  if (typeof id !== 'string') return false;
  const etag = body.etag;
  if (!isNone(etag) && typeof etag !== 'string') return false;
  const identity = body.identity;
  if (!isNone(identity)) {
    if (!isObject(identity)) return false;
    const type = identity.type;
    if (!isNone(type) && typeof type !== 'string') return false;
    const principalId = identity.principalId;
    if (!isNone(principalId) && typeof principalId !== 'string') return false;
    const tenantId = identity.tenantId;
    if (!isNone(tenantId) && typeof tenantId !== 'string') return false;
    const userAssignedIdentities = identity.userAssignedIdentities;
    if (!isNone(userAssignedIdentities)) {
      if (!isObject(userAssignedIdentities)) return false;
      for (const value of Object.values(userAssignedIdentities)) {
        if (value !== null) {
          if (!isObject(value)) return false;
          const principalId2 = value.principalId;
          if (!isNone(principalId2) && typeof principalId2 !== 'string') return false;
          const clientId = value.clientId;
          if (!isNone(clientId) && typeof clientId !== 'string') return false;
        }
      }
    }
  }
  const tags = body.tags;
  if (!isNone(tags) && !isObject(tags)) return false;
  const properties = body.properties;
  if (!isObject(properties)) return false;
  const creationTime = properties.creationTime;
  if (!isNone(creationTime) && !isDateText(creationTime)) return false;
  const vmSize = properties.vmSize;
  if (!isNone(vmSize) && typeof vmSize !== 'string') return false;
  const allocationState = properties.allocationState;
  if (!isNone(allocationState) && typeof allocationState !== 'string') return false;
  const currentDedicatedNodes = properties.currentDedicatedNodes;
  if (!isNone(currentDedicatedNodes) && !Number.isSafeInteger(currentDedicatedNodes)) return false;
  const currentLowPriorityNodes = properties.currentLowPriorityNodes;
  if (!isNone(currentLowPriorityNodes) && !Number.isSafeInteger(currentLowPriorityNodes)) return false;
  const scaleSettings = properties.scaleSettings;
  if (!isNone(scaleSettings)) {
    if (!isObject(scaleSettings)) return false;
    const fixedScale = scaleSettings.fixedScale;
    if (!isNone(fixedScale)) {
      if (!isObject(fixedScale)) return false;
      const targetDedicatedNodes = fixedScale.targetDedicatedNodes;
      if (!isNone(targetDedicatedNodes) && !Number.isSafeInteger(targetDedicatedNodes)) return false;
      const targetLowPriorityNodes = fixedScale.targetLowPriorityNodes;
      if (!isNone(targetLowPriorityNodes) && !Number.isSafeInteger(targetLowPriorityNodes)) return false;
      const resizeTimeout = fixedScale.resizeTimeout;
      if (!isNone(resizeTimeout) && typeof resizeTimeout !== 'string') return false;
    }
    const autoScale = scaleSettings.autoScale;
    if (!isNone(autoScale)) {
      if (!isObject(autoScale)) return false;
      const formula = autoScale.formula;
      if (!isNone(formula) && typeof formula !== 'string') return false;
      const evaluationInterval = autoScale.evaluationInterval;
      if (!isNone(evaluationInterval) && typeof evaluationInterval !== 'string') return false;
    }
  }
  const interNodeCommunication = properties.interNodeCommunication;
  if (!isNone(interNodeCommunication) && typeof interNodeCommunication !== 'string') return false;
  const networkConfiguration = properties.networkConfiguration;
  if (!isNone(networkConfiguration)) {
    if (!isObject(networkConfiguration)) return false;
    const subnetId = networkConfiguration.subnetId;
    if (!isNone(subnetId) && typeof subnetId !== 'string') return false;
    const publicIPAddressConfiguration = networkConfiguration.publicIPAddressConfiguration;
    if (!isNone(publicIPAddressConfiguration)) {
      if (!isObject(publicIPAddressConfiguration)) return false;
      const provision = publicIPAddressConfiguration.provision;
      if (!isNone(provision) && typeof provision !== 'string') return false;
      const ipAddressIds = publicIPAddressConfiguration.ipAddressIds;
      if (!isNone(ipAddressIds)) {
        if (!isList(ipAddressIds)) return false;
        for (const item of ipAddressIds) {
          if (typeof item !== 'string') return false;
        }
      }
      const ipFamilies = publicIPAddressConfiguration.ipFamilies;
      if (!isNone(ipFamilies)) {
        if (!isList(ipFamilies)) return false;
        for (const item2 of ipFamilies) {
          if (typeof item2 !== 'string') return false;
        }
      }
      const ipTags = publicIPAddressConfiguration.ipTags;
      if (!isNone(ipTags) && !isList(ipTags)) return false;
    }
    const endpointConfiguration = networkConfiguration.endpointConfiguration;
    if (!isNone(endpointConfiguration)) {
      if (!isObject(endpointConfiguration)) return false;
      const inboundNatPools = endpointConfiguration.inboundNatPools;
      if (!isNone(inboundNatPools)) {
        if (!isList(inboundNatPools)) return false;
        for (const item4 of inboundNatPools) {
          if (!isObject(item4)) return false;
          const name = item4.name;
          if (typeof name !== 'string') return false;
          const protocol = item4.protocol;
          if (typeof protocol !== 'string') return false;
          const backendPort = item4.backendPort;
          if (!Number.isSafeInteger(backendPort)) return false;
          const frontendPortRangeStart = item4.frontendPortRangeStart;
          if (!Number.isSafeInteger(frontendPortRangeStart)) return false;
          const frontendPortRangeEnd = item4.frontendPortRangeEnd;
          if (!Number.isSafeInteger(frontendPortRangeEnd)) return false;
          const networkSecurityGroupRules = item4.networkSecurityGroupRules;
          if (!isNone(networkSecurityGroupRules)) {
            if (!isList(networkSecurityGroupRules)) return false;
            for (const item5 of networkSecurityGroupRules) {
              if (!isObject(item5)) return false;
              const priority = item5.priority;
              if (!Number.isSafeInteger(priority)) return false;
              const access = item5.access;
              if (typeof access !== 'string') return false;
              const sourceAddressPrefix = item5.sourceAddressPrefix;
              if (typeof sourceAddressPrefix !== 'string') return false;
              const sourcePortRanges = item5.sourcePortRanges;
              if (!isNone(sourcePortRanges)) {
                if (!isList(sourcePortRanges)) return false;
                for (const item6 of sourcePortRanges) {
                  if (typeof item6 !== 'string') return false;
                }
              }
            }
          }
        }
      }
    }
  }
  const deploymentConfiguration = properties.deploymentConfiguration;
  if (!isNone(deploymentConfiguration)) {
    if (!isObject(deploymentConfiguration)) return false;
    const cloudServiceConfiguration = deploymentConfiguration.cloudServiceConfiguration;
    if (!isNone(cloudServiceConfiguration) && !isObject(cloudServiceConfiguration)) return false;
    const virtualMachineConfiguration = deploymentConfiguration.virtualMachineConfiguration;
    if (!isNone(virtualMachineConfiguration)) {
      if (!isObject(virtualMachineConfiguration)) return false;
      const nodeAgentSkuId = virtualMachineConfiguration.nodeAgentSkuId;
      if (typeof nodeAgentSkuId !== 'string') return false;
      const imageReference = virtualMachineConfiguration.imageReference;
      if (!isNone(imageReference)) {
        if (!isObject(imageReference)) return false;
        const publisher = imageReference.publisher;
        if (!isNone(publisher) && typeof publisher !== 'string') return false;
        const offer = imageReference.offer;
        if (!isNone(offer) && typeof offer !== 'string') return false;
        const sku = imageReference.sku;
        if (!isNone(sku) && typeof sku !== 'string') return false;
        const id2 = imageReference.id;
        if (!isNone(id2) && typeof id2 !== 'string') return false;
        const sharedGalleryImageId = imageReference.sharedGalleryImageId;
        if (!isNone(sharedGalleryImageId) && typeof sharedGalleryImageId !== 'string') return false;
        const communityGalleryImageId = imageReference.communityGalleryImageId;
        if (!isNone(communityGalleryImageId) && typeof communityGalleryImageId !== 'string') return false;
      }
      const securityProfile = virtualMachineConfiguration.securityProfile;
      if (!isNone(securityProfile)) {
        if (!isObject(securityProfile)) return false;
        const securityType = securityProfile.securityType;
        if (!isNone(securityType) && typeof securityType !== 'string') return false;
        const encryptionAtHost = securityProfile.encryptionAtHost;
        if (!isNone(encryptionAtHost) && typeof encryptionAtHost !== 'boolean') return false;
        const uefiSettings = securityProfile.uefiSettings;
        if (!isNone(uefiSettings)) {
          if (!isObject(uefiSettings)) return false;
          const secureBootEnabled = uefiSettings.secureBootEnabled;
          if (!isNone(secureBootEnabled) && typeof secureBootEnabled !== 'boolean') return false;
          const vTpmEnabled = uefiSettings.vTpmEnabled;
          if (!isNone(vTpmEnabled) && typeof vTpmEnabled !== 'boolean') return false;
        }
      }
      const diskEncryptionConfiguration = virtualMachineConfiguration.diskEncryptionConfiguration;
      if (!isNone(diskEncryptionConfiguration)) {
        if (!isObject(diskEncryptionConfiguration)) return false;
        const targets = diskEncryptionConfiguration.targets;
        if (!isNone(targets)) {
          if (!isList(targets)) return false;
          for (const item7 of targets) {
            if (typeof item7 !== 'string') return false;
          }
        }
        const customerManagedKey = diskEncryptionConfiguration.customerManagedKey;
        if (!isNone(customerManagedKey)) {
          if (!isObject(customerManagedKey)) return false;
          const identityReference = customerManagedKey.identityReference;
          if (!isNone(identityReference)) {
            if (!isObject(identityReference)) return false;
            const resourceId = identityReference.resourceId;
            if (!isNone(resourceId) && typeof resourceId !== 'string') return false;
          }
        }
      }
      const containerConfiguration = virtualMachineConfiguration.containerConfiguration;
      if (!isNone(containerConfiguration)) {
        if (!isObject(containerConfiguration)) return false;
        const containerRegistries = containerConfiguration.containerRegistries;
        if (!isNone(containerRegistries)) {
          if (!isList(containerRegistries)) return false;
          for (const item8 of containerRegistries) {
            if (!isObject(item8)) return false;
            const registryServer = item8.registryServer;
            if (!isNone(registryServer) && typeof registryServer !== 'string') return false;
            const username = item8.username;
            if (!isNone(username) && typeof username !== 'string') return false;
            const identityReference2 = item8.identityReference;
            if (!isNone(identityReference2)) {
              if (!isObject(identityReference2)) return false;
              const resourceId2 = identityReference2.resourceId;
              if (!isNone(resourceId2) && typeof resourceId2 !== 'string') return false;
            }
          }
        }
      }
      const extensions = virtualMachineConfiguration.extensions;
      if (!isNone(extensions)) {
        if (!isList(extensions)) return false;
        for (const item9 of extensions) {
          if (!isObject(item9)) return false;
          const name2 = item9.name;
          if (typeof name2 !== 'string') return false;
          const publisher2 = item9.publisher;
          if (typeof publisher2 !== 'string') return false;
          const type2 = item9.type;
          if (typeof type2 !== 'string') return false;
        }
      }
    }
  }
  const applicationPackages = properties.applicationPackages;
  if (!isNone(applicationPackages) && !isList(applicationPackages)) return false;
  const startTask = properties.startTask;
  if (!isNone(startTask)) {
    if (!isObject(startTask)) return false;
    const commandLine = startTask.commandLine;
    if (!isNone(commandLine) && typeof commandLine !== 'string') return false;
    const resourceFiles = startTask.resourceFiles;
    if (!isNone(resourceFiles)) {
      if (!isList(resourceFiles)) return false;
      for (const item11 of resourceFiles) {
        if (!isObject(item11)) return false;
        const filePath = item11.filePath;
        if (!isNone(filePath) && typeof filePath !== 'string') return false;
        const httpUrl = item11.httpUrl;
        if (!isNone(httpUrl) && typeof httpUrl !== 'string') return false;
        const storageContainerUrl = item11.storageContainerUrl;
        if (!isNone(storageContainerUrl) && typeof storageContainerUrl !== 'string') return false;
        const autoStorageContainerName = item11.autoStorageContainerName;
        if (!isNone(autoStorageContainerName) && typeof autoStorageContainerName !== 'string') return false;
        const identityReference3 = item11.identityReference;
        if (!isNone(identityReference3)) {
          if (!isObject(identityReference3)) return false;
          const resourceId3 = identityReference3.resourceId;
          if (!isNone(resourceId3) && typeof resourceId3 !== 'string') return false;
        }
      }
    }
    const environmentSettings = startTask.environmentSettings;
    if (!isNone(environmentSettings)) {
      if (!isList(environmentSettings)) return false;
      for (const item12 of environmentSettings) {
        if (!isObject(item12)) return false;
        const name3 = item12.name;
        if (typeof name3 !== 'string') return false;
        const value3 = item12.value;
        if (!isNone(value3) && typeof value3 !== 'string') return false;
      }
    }
    const containerSettings = startTask.containerSettings;
    if (!isNone(containerSettings)) {
      if (!isObject(containerSettings)) return false;
      const containerRunOptions = containerSettings.containerRunOptions;
      if (!isNone(containerRunOptions) && typeof containerRunOptions !== 'string') return false;
      const registry = containerSettings.registry;
      if (!isNone(registry)) {
        if (!isObject(registry)) return false;
        const registryServer2 = registry.registryServer;
        if (!isNone(registryServer2) && typeof registryServer2 !== 'string') return false;
        const username2 = registry.username;
        if (!isNone(username2) && typeof username2 !== 'string') return false;
        const identityReference4 = registry.identityReference;
        if (!isNone(identityReference4)) {
          if (!isObject(identityReference4)) return false;
          const resourceId4 = identityReference4.resourceId;
          if (!isNone(resourceId4) && typeof resourceId4 !== 'string') return false;
        }
      }
    }
    const userIdentity = startTask.userIdentity;
    if (!isNone(userIdentity)) {
      if (!isObject(userIdentity)) return false;
      const userName = userIdentity.userName;
      if (!isNone(userName) && typeof userName !== 'string') return false;
      const autoUser = userIdentity.autoUser;
      if (!isNone(autoUser)) {
        if (!isObject(autoUser)) return false;
        const scope = autoUser.scope;
        if (!isNone(scope) && typeof scope !== 'string') return false;
        const elevationLevel = autoUser.elevationLevel;
        if (!isNone(elevationLevel) && typeof elevationLevel !== 'string') return false;
      }
    }
  }
  const mountConfiguration = properties.mountConfiguration;
  if (!isNone(mountConfiguration)) {
    if (!isList(mountConfiguration)) return false;
    for (const item13 of mountConfiguration) {
      if (!isObject(item13)) return false;
      const azureBlobFileSystemConfiguration = item13.azureBlobFileSystemConfiguration;
      if (!isNone(azureBlobFileSystemConfiguration)) {
        if (!isObject(azureBlobFileSystemConfiguration)) return false;
        const accountName = azureBlobFileSystemConfiguration.accountName;
        if (!isNone(accountName) && typeof accountName !== 'string') return false;
        const containerName = azureBlobFileSystemConfiguration.containerName;
        if (!isNone(containerName) && typeof containerName !== 'string') return false;
        const relativeMountPath = azureBlobFileSystemConfiguration.relativeMountPath;
        if (!isNone(relativeMountPath) && typeof relativeMountPath !== 'string') return false;
        const blobfuseOptions = azureBlobFileSystemConfiguration.blobfuseOptions;
        if (!isNone(blobfuseOptions) && typeof blobfuseOptions !== 'string') return false;
        const identityReference5 = azureBlobFileSystemConfiguration.identityReference;
        if (!isNone(identityReference5)) {
          if (!isObject(identityReference5)) return false;
          const resourceId5 = identityReference5.resourceId;
          if (!isNone(resourceId5) && typeof resourceId5 !== 'string') return false;
        }
      }
      const azureFileShareConfiguration = item13.azureFileShareConfiguration;
      if (!isNone(azureFileShareConfiguration)) {
        if (!isObject(azureFileShareConfiguration)) return false;
        const relativeMountPath2 = azureFileShareConfiguration.relativeMountPath;
        if (!isNone(relativeMountPath2) && typeof relativeMountPath2 !== 'string') return false;
        const source = azureFileShareConfiguration.source;
        if (!isNone(source) && typeof source !== 'string') return false;
        const azureFileUrl = azureFileShareConfiguration.azureFileUrl;
        if (!isNone(azureFileUrl) && typeof azureFileUrl !== 'string') return false;
        const mountOptions = azureFileShareConfiguration.mountOptions;
        if (!isNone(mountOptions) && typeof mountOptions !== 'string') return false;
      }
      const cifsMountConfiguration = item13.cifsMountConfiguration;
      if (!isNone(cifsMountConfiguration)) {
        if (!isObject(cifsMountConfiguration)) return false;
        const relativeMountPath3 = cifsMountConfiguration.relativeMountPath;
        if (!isNone(relativeMountPath3) && typeof relativeMountPath3 !== 'string') return false;
        const source2 = cifsMountConfiguration.source;
        if (!isNone(source2) && typeof source2 !== 'string') return false;
        const azureFileUrl2 = cifsMountConfiguration.azureFileUrl;
        if (!isNone(azureFileUrl2) && typeof azureFileUrl2 !== 'string') return false;
        const mountOptions2 = cifsMountConfiguration.mountOptions;
        if (!isNone(mountOptions2) && typeof mountOptions2 !== 'string') return false;
      }
      const nfsMountConfiguration = item13.nfsMountConfiguration;
      if (!isNone(nfsMountConfiguration)) {
        if (!isObject(nfsMountConfiguration)) return false;
        const relativeMountPath4 = nfsMountConfiguration.relativeMountPath;
        if (!isNone(relativeMountPath4) && typeof relativeMountPath4 !== 'string') return false;
        const source3 = nfsMountConfiguration.source;
        if (!isNone(source3) && typeof source3 !== 'string') return false;
        const azureFileUrl3 = nfsMountConfiguration.azureFileUrl;
        if (!isNone(azureFileUrl3) && typeof azureFileUrl3 !== 'string') return false;
        const mountOptions3 = nfsMountConfiguration.mountOptions;
        if (!isNone(mountOptions3) && typeof mountOptions3 !== 'string') return false;
      }
    }
  }
  const metadata = properties.metadata;
  if (!isNone(metadata)) {
    if (!isList(metadata)) return false;
    for (const item14 of metadata) {
      if (!isObject(item14)) return false;
      const name4 = item14.name;
      if (typeof name4 !== 'string') return false;
      const value4 = item14.value;
      if (!isNone(value4) && typeof value4 !== 'string') return false;
    }
  }
  const resourceTags = properties.resourceTags;
  if (!isNone(resourceTags) && !isObject(resourceTags)) return false;
  const userAccounts = properties.userAccounts;
  if (!isNone(userAccounts)) {
    if (!isList(userAccounts)) return false;
    for (const item15 of userAccounts) {
      if (!isObject(item15)) return false;
      const name5 = item15.name;
      if (typeof name5 !== 'string') return false;
      const elevationLevel2 = item15.elevationLevel;
      if (!isNone(elevationLevel2) && typeof elevationLevel2 !== 'string') return false;
    }
  }
  return true;
}
